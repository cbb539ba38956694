/**
 * The other stories of the demo: a call that waits as long as it is asked to, a usage limit that holds an account while others
 * work, an overloaded model and its fall-back, two tasks that change one line, checks that go red, an implementer that first
 * changes nothing, and a release a person has to approve.
 */
export const otherStories = String.raw`  - on: {role: implementer, task: FORMAT-1}
    n: 1
    delay: 600ms
    error: {type: rate_limit, reason: throttled, message: "too many requests, slow down", retry_after: 3000ms}

  - on: {role: implementer, task: FORMAT-1}
    delay: 1500ms
    text: Intl.NumberFormat groups digits; tests for 999 and 1000.
    edits:
      - path: src/format.mjs
        write: |
          const grouped = new Intl.NumberFormat("en");

          /** A number as a person reads it: 1,000. */
          export const format = (number) => grouped.format(number);
      - path: test/format.mjs
        append: |
          assert.equal(format(1000), "1,000");

  - on: {role: implementer, task: FORMAT-2, model: birch}
    n: 1
    delay: 800ms
    error: {type: rate_limit, reason: plan_limit, message: usage limit of the plan reached, reset_in: 7000ms}

  - on: {role: implementer, task: FORMAT-2}
    delay: 1600ms
    text: Labels on the left, numbers right-aligned.
    edits:
      - path: src/table.mjs
        write: |
          import { format } from "./format.mjs";

          /** Rows of a label and a number, the numbers aligned at their right. */
          export function table(rows) {
            const cells = rows.map(([label, number]) => [label, format(number)]);
            const left = Math.max(...cells.map(([label]) => label.length));
            const right = Math.max(...cells.map(([, number]) => number.length));
            return cells.map(([label, number]) => label.padEnd(left) + "  " + number.padStart(right)).join("\n");
          }
      - path: test/table.mjs
        write: |
          import assert from "node:assert";
          import { table } from "../src/table.mjs";

          assert.equal(table([["words", 1200], ["lines", 7]]), "words  1,200\nlines      7");

  - on: {role: implementer, task: CLI-1, model: cedar}
    delay: 500ms
    error: {type: overloaded, message: the model is overloaded}

  - on: {role: implementer, task: CLI-1}
    n: 1
    delay: 2200ms
    text: Without an argument, file descriptor 0 is read.
    edits:
      - path: src/cli.mjs
        write: |
          import { countWords } from "./count.mjs";
          import { readText } from "./files.mjs";
          import { format } from "./format.mjs";

          const args = process.argv.slice(2);
          const text = args.length > 0 ? readText(args[0]) : readText(0);
          console.log(format(countWords(text)));

  - on: {role: implementer, task: CLI-1}
    delay: 1500ms
    text: "Both changes belong together: help first, then the file or standard input."
    edits:
      - path: src/cli.mjs
        write: |
          import { countWords } from "./count.mjs";
          import { readText } from "./files.mjs";
          import { format } from "./format.mjs";

          const args = process.argv.slice(2);
          const text = args[0] === "--help" ? "usage: tally [FILE]" : readText(args.length > 0 ? args[0] : 0);
          console.log(format(countWords(text)));

  - on: {role: implementer, task: CLI-2}
    n: 1
    delay: 2200ms
    text: The first argument --help prints one line of usage.
    edits:
      - path: src/cli.mjs
        write: |
          import { countWords } from "./count.mjs";
          import { readText } from "./files.mjs";
          import { format } from "./format.mjs";

          const args = process.argv.slice(2);
          const text = args[0] === "--help" ? "usage: tally [FILE]" : readText(args[0]);
          console.log(format(countWords(text)));

  - on: {role: implementer, task: CLI-2}
    delay: 1500ms
    text: "Both changes belong together: help first, then the file or standard input."
    edits:
      - path: src/cli.mjs
        write: |
          import { countWords } from "./count.mjs";
          import { readText } from "./files.mjs";
          import { format } from "./format.mjs";

          const args = process.argv.slice(2);
          const text = args[0] === "--help" ? "usage: tally [FILE]" : readText(args.length > 0 ? args[0] : 0);
          console.log(format(countWords(text)));

  - on: {role: implementer, task: FILES-1}
    n: 1
    delay: 1800ms
    text: The error is wrapped with the path in its message.
    edits:
      - path: src/files.mjs
        write: |
          import { readFileSync } from "node:fs";

          /** The text of a file; the error of one that cannot be read names it. */
          export function readText(path) {
            try {
              return readFileSync(path, "utf8");
            } catch (cause) {
              throw new Error("cannot read " + file, { cause });
            }
          }
      - path: test/files.mjs
        write: |
          import assert from "node:assert";
          import { readText } from "../src/files.mjs";

          assert.throws(() => readText("nothing.txt"), /cannot read nothing.txt/);

  - on: {role: implementer, task: FILES-1}
    delay: 1300ms
    text: The variable is called path; the check was right.
    edits:
      - path: src/files.mjs
        write: |
          import { readFileSync } from "node:fs";

          /** The text of a file; the error of one that cannot be read names it. */
          export function readText(path) {
            try {
              return readFileSync(path, "utf8");
            } catch (cause) {
              throw new Error("cannot read " + path, { cause });
            }
          }

  - on: {role: implementer, task: DOCS-1}
    n: 1
    delay: 900ms
    text: The README looks complete to me.

  - on: {role: implementer, task: DOCS-1}
    delay: 1200ms
    text: An example for a file and one for a pipe.
    edits:
      - path: README.md
        append: |2
          
              tally notes.txt
              cat notes.txt | tally

  - on: {role: planner, task: RELEASE-1}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    text: Version and change log belong into one step.
    answer:
      summary: Version and change log
      steps:
        - {id: S1, title: Set the version and write the change log, details: package.json and CHANGES.md.}

  - on: {role: implementer, task: RELEASE-1, step: S1}
    delay: 1500ms
    text: Version 1.0.0, and what changed since 0.9.0.
    edits:
      - path: package.json
        write: |
          {
            "name": "tally",
            "version": "1.0.0",
            "private": true,
            "type": "module"
          }
      - path: CHANGES.md
        write: |
          # Changes

          ## 1.0.0

          - Counts words, lines and characters
          - Reads standard input

  - on: {role: implementer, task: RELEASE-1}
    delay: 1200ms
    text: The change log now says what was asked for.
    edits:
      - path: CHANGES.md
        write: |
          # Changes

          ## 1.0.0

          - Counts words, lines and characters
          - Reads standard input
          - Prints a table
          - Groups the digits of large numbers
`;
