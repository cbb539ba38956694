/**
 * The demo's story of a roadmap: three stages, of which the first breaks a test that only the checks of the second run. The search
 * finds that out, the first is opened again and mends it, and the supervisor leaves out the third, whose work that was.
 */
export const wordsStory = String.raw`
  - on: {role: analyst, task: WORDS-1}
    delay: 900ms
    answer: {complexity: 3, kind: feature, needs: [], split: false}

  - on: {role: planner, task: WORDS-1}
    usage: {input: 5200, output: 900}
    cost_usd: 0.0241
    delay: 1200ms
    text: "Fold spellings first, then count; what folding does to hyphens is looked at last."
    answer:
      summary: "Fold spellings, rank what is left, then see to hyphens"
      facts: [src/words.mjs is where a text becomes words]
      unknown: []
      guesses: [Folding spellings leaves words with a hyphen as they are]
      stages:
        - id: ST1
          title: Fold spellings of a word together
          goal: The and the are one word
          files: [src/words.mjs, test/fold.mjs]
          needs: []
          checks: [lint]
          done_when: [The and the are one word]
          steps: [{id: S1, title: Fold spellings, details: "In wordsOf, with a test.", files: [src/words.mjs, test/fold.mjs]}]
        - id: ST2
          title: Rank words by how often they occur
          goal: The most frequent words of a text are listed
          files: [src/frequency.mjs, test/frequency.mjs]
          needs: [ST1]
          checks: [test]
          done_when: [The words come with the most frequent first]
          steps: [{id: S2, title: Rank words, details: "mostFrequent, with a test.", files: [src/frequency.mjs, test/frequency.mjs]}]
        - id: ST3
          title: Keep words with a hyphen whole
          goal: well-known is one word of the list
          files: [src/words.mjs]
          needs: [ST2]
          checks: [test]
          done_when: [well-known is listed as one word]
          steps: [{id: S3, title: Keep hyphens, details: "If folding should have cut them.", files: [src/words.mjs]}]
      risks: []

  - on: {role: implementer, task: WORDS-1, stage: ST1, opening: 1}
    delay: 1200ms
    text: "Lower case, then runs of letters: The and the fall together."
    edits:
      - path: src/words.mjs
        write: |
          /** The words of a text, in lower case. */
          export const wordsOf = (text) => text.toLowerCase().match(/\p{L}+/gu) ?? [];
      - path: test/fold.mjs
        write: |
          import assert from "node:assert";
          import { wordsOf } from "../src/words.mjs";

          assert.deepEqual(wordsOf("The, the"), ["the", "the"]);

  - on: {role: implementer, task: WORDS-1, stage: ST2, round: 1}
    delay: 1200ms
    text: "Count in a map, sort by the counts."
    edits:
      - path: src/frequency.mjs
        write: |
          import { wordsOf } from "./words.mjs";

          /** The words of a text and how often they occur, the most frequent first. */
          export function mostFrequent(text) {
            const counts = new Map();
            for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
            return [...counts].sort(([, a], [, b]) => b - a);
          }
      - path: test/frequency.mjs
        write: |
          import assert from "node:assert";
          import { mostFrequent } from "../src/frequency.mjs";

          assert.deepEqual(mostFrequent("The cat and the dog")[0], ["the", 2]);

  - on: {role: code_reviewer, task: WORDS-1, stage: ST2, round: 1}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    delay: 1200ms
    text: Words that occur equally often come in whatever order the text has them.
    answer:
      verdict: changes
      summary: Equal counts have no order
      findings:
        - {severity: major, file: src/frequency.mjs, line: 7, text: Words that occur equally often have no order of their own.}

  - on: {role: implementer, task: WORDS-1, stage: ST2}
    delay: 1200ms
    text: Equally frequent words are ordered by the alphabet.
    edits:
      - path: src/frequency.mjs
        write: |
          import { wordsOf } from "./words.mjs";

          /** The words of a text and how often they occur, the most frequent first, equal ones by the alphabet. */
          export function mostFrequent(text) {
            const counts = new Map();
            for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
            return [...counts].sort(([one, a], [two, b]) => b - a || one.localeCompare(two));
          }
      - path: test/frequency.mjs
        append: |
          assert.deepEqual(mostFrequent("b a b a"), [["a", 2], ["b", 2]]);

  - on: {role: code_reviewer, task: WORDS-1, stage: ST2}
    usage: {input: 5200, output: 640}
    cost_usd: 0.0212
    delay: 900ms
    text: The order is settled now.
    answer: {verdict: approve, summary: Equal counts are in order now, findings: [], closed: [F1]}

  - on: {role: supervisor, task: WORDS-1}
    usage: {input: 3100, output: 220}
    cost_usd: 0.0126
    delay: 1200ms
    text: "The test that is red is about a word with a hyphen: ST1, opened again, does what ST3 is for."
    answer:
      changes: [{op: skip, stage: ST3, met_by: ST1}]
      why: ST1 is opened again to keep words with a hyphen whole, which is all that ST3 was for.

  - on: {role: implementer, task: WORDS-1, stage: ST1}
    delay: 1300ms
    text: A hyphen between letters belongs to the word; the test of well-known was right.
    edits:
      - path: src/words.mjs
        write: |
          /** The words of a text, in lower case; one with hyphens is one word. */
          export const wordsOf = (text) => text.toLowerCase().match(/\p{L}+(?:-\p{L}+)*/gu) ?? [];
`;
