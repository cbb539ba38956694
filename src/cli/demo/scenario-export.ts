/**
 * The demo's story of a task that is found to be large: an analyst has it split in two, each part is done by itself, and a synthesizer
 * says what they come to.
 */
export const exportStory = String.raw`
  - on: {role: analyst, task: EXPORT-1}
    n: 1
    delay: 900ms
    text: Two formats with rules of quoting of their own, each with a page.
    answer: {complexity: 5, kind: feature, needs: [], split: true}

  - on: {role: analyst, task: EXPORT-1}
    delay: 1200ms
    text: The two formats have no file in common, so they can be written at the same time.
    answer:
      parts:
        - goal: Write the counts as CSV
          covers: [A1, A2, A3]
          quote: src/csv.mjs writes the counts as a line of CSV
          files: [src/csv.mjs, test/csv.mjs, docs/csv.md]
          needs: []
          complexity: 2
        - goal: Write the counts as JSON
          covers: [A4, A5, A6]
          quote: src/json.mjs writes the counts as an object of JSON
          files: [src/json.mjs, test/json.mjs, docs/json.md]
          needs: []
          complexity: 2
      keep_whole: false

  - on: {role: implementer, task: EXPORT-1.1}
    delay: 1600ms
    text: A cell with a comma or a quote is quoted, its quotes are doubled.
    edits:
      - path: src/csv.mjs
        write: |
          const cell = (value) => (/[",\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value);

          /** The name of a text and its counts as a line of CSV. */
          export const csv = (name, counts) => [name, ...counts].map((value) => cell(String(value))).join(",");
      - path: test/csv.mjs
        write: |
          import assert from "node:assert";
          import { csv } from "../src/csv.mjs";

          assert.equal(csv('a "b", c', [3, 1]), '"a ""b"", c",3,1');
      - path: docs/csv.md
        write: |
          # CSV

              notes.txt,1200,7

  - on: {role: implementer, task: EXPORT-1.2}
    delay: 1900ms
    text: Numbers stay numbers, so that nobody has to parse them.
    edits:
      - path: src/json.mjs
        write: |
          /** The name of a text and its counts as an object of JSON. */
          export const json = (name, counts) => JSON.stringify({ name, ...counts });
      - path: test/json.mjs
        write: |
          import assert from "node:assert";
          import { json } from "../src/json.mjs";

          assert.deepEqual(JSON.parse(json("a.txt", { words: 3 })), { name: "a.txt", words: 3 });
      - path: docs/json.md
        write: |
          # JSON

              {"name":"notes.txt","words":1200,"lines":7}

  - on: {role: synthesizer, task: EXPORT-1}
    delay: 1100ms
    text: Both formats are there, each with its test and its page.
    answer:
      summary: The counts can be written as CSV and as JSON.
      claims:
        - {text: A line of CSV quotes what has a comma or a quote, sources: [EXPORT-1.1]}
        - {text: An object of JSON keeps the counts as numbers, sources: [EXPORT-1.2]}
        - {text: Each format has a page of its own, sources: [EXPORT-1.1, EXPORT-1.2]}
      unmet: []
`;
