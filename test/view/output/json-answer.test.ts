import { describe, expect, test } from "vitest";

import { answersInWords } from "../../../src/view/output/json-answer.ts";
import { outputRows } from "../../../src/view/output/output-rows.ts";
import { grownEntries, type OutputEntry } from "../../../src/view/output/output-entries.ts";
import { tailLines } from "../../../src/view/models/model-panels.ts";
import { lineText } from "../../../src/view/text/line.ts";

const findings = [
  { id: "F1", severity: "major", file: "src/a.ts", line: 3, text: 'Says "no", {not} why.' },
  { severity: "nit", file: null, line: null, text: "A name." },
];
const verdict = { verdict: "changes", summary: "Two points.", findings, closed: ["F2"] };
const inWords = [
  "asks for changes: Two points.",
  '- F1 major src/a.ts:3: Says "no", {not} why.',
  "- nit: A name.",
  "settled: F2",
].join("\n");

describe("an answer that a model writes for the engine", () => {
  test("stands in words, whatever is said before and behind it", () => {
    const json = JSON.stringify(verdict, null, 2);
    expect(answersInWords(json)).toBe(inWords);
    expect(answersInWords(`I looked.\n\`\`\`json\n${json}\n\`\`\`\nThat is all.`)).toBe(
      `I looked.\n${inWords}\nThat is all.`,
    );
    expect(answersInWords('{"verdict":"approve","summary":"","findings":[]}')).toBe("approves");
    expect(
      answersInWords(
        '{"summary":"Two parts.","steps":[{"title":"Read","details":"all"},{"title":"Write"}],"risks":["slow"]}',
      ),
    ).toBe("plan with 2 steps: Two parts.\n1. Read: all\n2. Write\nrisks: slow");
    expect(answersInWords('{"text":"Both.","agrees":["x"],"differs":[]}')).toBe("Both.\nall agree: x");
  });

  test("names the parts of a task, and what they came to", () => {
    const parts = [
      { goal: "The api gives tags", covers: ["A1", "A2"], files: [] },
      { goal: "The page shows them", covers: ["A3"] },
    ];
    expect(answersInWords(JSON.stringify({ parts, keep_whole: false }))).toBe(
      "in 2 parts\n1. The api gives tags (A1, A2)\n2. The page shows them (A3)",
    );
    expect(answersInWords(JSON.stringify({ parts: [], keep_whole: true }))).toBe("best done as a whole");
    const claims = [{ text: "Tags are given", sources: ["T-1.1"] }];
    expect(answersInWords(JSON.stringify({ summary: "Nearly all.", claims, unmet: ["A3"] }))).toBe(
      "Nearly all.\n+ Tags are given (T-1.1)\nunmet: A3",
    );
  });

  test("is never seen as JSON while it is being written, and no word of it is taken back but the last", () => {
    for (const json of [
      JSON.stringify(verdict),
      JSON.stringify(verdict, null, 2),
      JSON.stringify({ summary: verdict.summary, steps: [{ title: "One" }] }),
    ])
      for (let end = 1; end <= json.length; end += 1)
        expect(answersInWords(json.slice(0, end))).not.toMatch(/[{[]"|"verdict|\n\s*"/);
  });

  test("other JSON, and what is no JSON, stays as it is", () => {
    for (const text of [
      '{"name":"x"}',
      '{"text":"hello"}',
      '{"summary":"a","other":1}',
      "{ a set }",
      "if (x) {\n  y()\n}",
      '{"verdict": approve}',
    ])
      expect(answersInWords(text)).toBe(text);
  });

  test("is told so in a card, and whole in the output, however long", () => {
    const json = JSON.stringify({ ...verdict, summary: "long ".repeat(900).trim() }, null, 2);
    expect(
      tailLines({ text: JSON.stringify(verdict), tool: null, rates: [] }, 60, 9)
        .map(lineText)
        .join("\n"),
    ).toBe(inWords);
    let entries: readonly OutputEntry[] = [];
    for (let at = 0; at < json.length; at += 500)
      entries = grownEntries(entries, [{ kind: "text", text: json.slice(at, at + 500), at: 0 }]);
    const rows = outputRows(entries, { times: false, all: false, turned: [] }, 80);
    const text = Array.from({ length: rows.count }, (_, row) => lineText(rows.line(row))).join("\n");
    expect(text).not.toContain('"text"');
    expect(text).toContain("settled: F2");
  });
});
