/**
 * The head of the demo's scenario and its first story: a plan that is rejected once, a review with a finding, and its fix.
 */
export const countStory = String.raw`version: 1
seed: 7
defaults: {delay: 1200ms, tokens_per_s: 60}
rules:
  - on: {role: planner, task: COUNT-1, round: 1}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    delay: 2000ms
    text: I would split the text at each single space and drop empty parts. Tabs can come later.
    answer:
      summary: Split at spaces, drop empty parts
      steps:
        - {id: S1, title: Drop empty words, details: Filter empty strings after the split.}

  - on: {role: plan_reviewer, task: COUNT-1, round: 1}
    delay: 1500ms
    text: The task says tabs and line ends separate words too. This plan leaves them out.
    answer:
      verdict: changes
      summary: Tabs and line ends are left out
      findings:
        - {
            severity: major,
            file: src/count.mjs,
            text: "Splitting at spaces does not separate words at tabs and line ends, which the task asks for."
          }

  - on: {role: planner, task: COUNT-1, round: 2}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    delay: 1800ms
    text: Match runs of anything but white space; then tabs, line ends and the empty text follow by themselves.
    answer:
      summary: Match runs of non-space
      steps:
        - {id: S1, title: Count runs of non-space, details: Match \S+ and count; an empty text gives none.}
        - {id: S2, title: "Test tabs, line ends and the empty text", details: One assertion each in test/count.mjs.}

  - on: {role: plan_reviewer, task: COUNT-1, round: 2}
    delay: 1000ms
    text: All kinds of white space are covered now.
    answer:
      verdict: approve
      summary: Covers all white space
      findings: []
      closed: [F1]

  - on: {role: implementer, task: COUNT-1, step: S1}
    delay: 1800ms
    text: A regular expression that matches runs of non-space replaces the split.
    edits:
      - path: src/count.mjs
        write: |
          /** How many words a text has: runs of anything but white space. */
          export function countWords(text) {
            return text.match(/\S+/g)?.length ?? 0;
          }

  - on: {role: implementer, task: COUNT-1, step: S2}
    delay: 1200ms
    text: "Three assertions: a tab, a line end, nothing at all."
    edits:
      - path: test/count.mjs
        append: |
          assert.equal(countWords("one  two\tthree\nfour"), 4);
          assert.equal(countWords(""), 0);

  - on: {role: planner, task: COUNT-2}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    text: Two small functions beside countWords, and a test each.
    answer:
      summary: Two functions and their tests
      steps:
        - {
            id: S1,
            title: Count lines and characters,
            details: countLines and countCharacters in src/count.mjs; test/lines.mjs.
          }

  - on: {role: implementer, task: COUNT-2, step: S1}
    n: 1
    delay: 2000ms
    text: countLines splits at line ends; countCharacters uses the segmenter of the platform.
    edits:
      - path: src/count.mjs
        write: |
          /** How many words a text has: runs of anything but white space. */
          export function countWords(text) {
            return text.match(/\S+/g)?.length ?? 0;
          }

          /** How many lines a text has; a last one without a line end is a line. */
          export const countLines = (text) => text.split("\n").length;

          /** How many characters a reader sees. */
          export const countCharacters = (text) => [...new Intl.Segmenter().segment(text)].length;
      - path: test/lines.mjs
        write: |
          import assert from "node:assert";
          import { countCharacters, countLines } from "../src/count.mjs";

          assert.equal(countLines("a\nb"), 2);
          assert.equal(countCharacters("na\u0308h"), 3);

  - on: {role: code_reviewer, task: COUNT-2, round: 1}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    delay: 1800ms
    text: 'A text that ends with a line end gets one line too many: "a\n" has one line, this counts two.'
    answer:
      verdict: changes
      summary: A final line end counts as a line
      findings:
        - {severity: major, file: src/count.mjs, line: 7, text: '"a\n" has one line, but split gives two parts.'}
        - {severity: nit, file: test/lines.mjs, line: 4, text: A test for the empty text would be good.}

  - on: {role: implementer, task: COUNT-2}
    delay: 1500ms
    text: Lines are what stands before each line end, plus a rest if there is one.
    edits:
      - path: src/count.mjs
        write: |
          /** How many words a text has: runs of anything but white space. */
          export function countWords(text) {
            return text.match(/\S+/g)?.length ?? 0;
          }

          /** How many lines a text has; a last one without a line end is a line. */
          export const countLines = (text) => text.match(/[^\n]*\n|[^\n]+$/g)?.length ?? 0;

          /** How many characters a reader sees. */
          export const countCharacters = (text) => [...new Intl.Segmenter().segment(text)].length;
      - path: test/lines.mjs
        append: |
          assert.equal(countLines("a\n"), 1);
          assert.equal(countLines(""), 0);

  - on: {role: code_reviewer, task: COUNT-2, round: 2}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    delay: 1200ms
    text: Both points are settled.
    answer:
      verdict: approve
      summary: The final line end is right now
      findings: []
      closed: [F1, F2]
`;
