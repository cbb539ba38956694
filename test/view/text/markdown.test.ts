import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { grownMarkdown, type GrowingMarkdown } from "../../../src/view/text/growing-markdown.ts";
import { lineText, lineWidth } from "../../../src/view/text/line.ts";
import { languagesIn, markdownLines } from "../../../src/view/text/markdown.ts";
import { hostileText } from "../hostile.ts";

const shown = (text: string, columns = 60): readonly string[] =>
  markdownLines(text, columns, null).map((line) => lineText(line).trimEnd());

describe("Markdown", () => {
  test.each([
    ["# A plan", ["# A plan"]],
    ["- one\n- two\n  - three", ["- one", "- two", "  - three"]],
    ["3. third\n4. fourth", ["3. third", "4. fourth"]],
    ["- [x] done\n- [ ] open", ["- [x] done", "- [ ] open"]],
    ["> said\n> more", ["│ said", "│ more"]],
    ["see [the docs](https://x.io/a)", ["see the docs (https://x.io/a)"]],
    ["see https://x.io", ["see https://x.io"]],
    ["![a cat](cat.png)", ["[image: a cat] (cat.png)"]],
    ["use `a<b>` and **that**", ["use a<b> and that"]],
    ["```ts\nconst a = 1;\n\n  b();\n```", ["│ ts", "│ const a = 1;", "│", "│   b();"]],
    ["a <!-- hidden --> b <b>c</b>", ["a <!-- hidden --> b <b>c</b>"]],
    ["| a | b |\n|---|---|\n| 1 | 2 |", ["a   │ b", "────┼────", "1   │ 2"]],
    ["one\n\ntwo", ["one", "", "two"]],
  ])("%j", (text, lines) => {
    expect(shown(text)).toEqual(lines);
  });

  test("a table that does not fit is a list of its cells", () => {
    expect(shown("| name | what it means |\n|--|--|\n| a | something long to say |", 20)).toEqual([
      "name: a",
      "what it means:",
      "something long to",
      "say",
      "",
    ]);
  });

  test("names the languages of its code", () => {
    expect(languagesIn("```ts\n```\n~~~ yaml\n~~~\n```nonsense\n```")).toBe("typescript,yaml");
  });

  test("of any text is no wider than its place and moves no cursor", () => {
    const part = fc.oneof(
      hostileText,
      fc.constantFrom("# ", "- ", "> ", "```\n", "**", "_", "[a](b)", "| a |\n|--|\n", "\n\n", "<b>"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.integer({ min: 12, max: 80 }), (parts, columns) => {
        for (const line of markdownLines(parts.join(""), columns, null)) {
          expect(lineText(line)).not.toMatch(/[\x00-\x1f\u202e]/);
          expect(lineWidth(line)).toBeLessThanOrEqual(columns + 24);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("that means ill is text", () => {
    const deep = Array.from({ length: 700 }, (_, depth) => `${" ".repeat(depth * 2)}- a\n`).join("");
    const lines = (text: string): string => text.replaceAll(/.{15000}/g, "$&\n");
    for (const text of [
      ">".repeat(20_000),
      `${">   ".repeat(23)}x`,
      "- ".repeat(5_000),
      "[".repeat(50_000),
      "*a ".repeat(20_000),
      lines("_a__b ".repeat(16_000)),
      "|\n|-\n".repeat(20_000),
      deep,
    ])
      expect(shown(text).join("")).toContain(text.slice(0, 20).trim().slice(0, 5).split("\n")[0]);
  });
});

test("one part of a text that is too odd leaves the others as they are", () => {
  const text = `**first**\n\n${"_a__b ".repeat(2_000)}\n\n**last**`;
  const lines = shown(text);
  expect(lines[0]).toBe("first");
  expect(lines.at(-1)).toBe("last");
  expect(lines.join("")).toContain("_a__b _a__b");
});

describe("while it is written", () => {
  const blocks = Array.from(
    { length: 40 },
    (_, index) => `## Part ${index}\n\nSome words about ${index}.\n\n- one\n- two\n\n`,
  );
  const text = blocks.join("");

  test("what is settled is not read again", () => {
    let state: GrowingMarkdown | null = null;
    const step = 60;
    for (let end = step; end < text.length + step; end += step)
      state = grownMarkdown(state, text.slice(0, end), 60, null);
    expect(state?.read).toBeLessThan(text.length * 6);
  });

  test("it looks in the end as if it had come at once", () => {
    let state: GrowingMarkdown | null = null;
    for (let end = 1; end <= text.length; end += 7) state = grownMarkdown(state, text.slice(0, end), 60, null);
    state = grownMarkdown(state, text, 60, null);
    const whole = grownMarkdown(null, text, 60, null);
    expect(state.lines.map(lineText)).toEqual(whole.lines.map(lineText));
  });

  test("another answer, or another width, begins anew", () => {
    const before = grownMarkdown(null, text, 60, null);
    expect(grownMarkdown(before, "# Else", 60, null).lines.map(lineText)).toEqual(["# Else"]);
    expect(grownMarkdown(before, text, 30, null).settled).toBe(before.settled);
  });
});
