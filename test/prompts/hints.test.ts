import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { hintsSection } from "../../src/prompts/hints.ts";
import { implementerPrompt } from "../../src/prompts/implementer.ts";
import { plannerPrompt } from "../../src/prompts/planner.ts";
import { plan, prompts, round, tame, task, unit } from "./sample.ts";

const hints = [
  { path: "src/auth/token.ts", symbols: ["expireToken", "Token"] },
  { path: "docs/auth.md", symbols: [] },
];

describe("files that a search has found", () => {
  test("stand in the prompts of planner and implementer, after what is the same for all calls of the task", () => {
    const input = { ...task(tame), ...round(1, tame) };
    for (const make of [
      (more: object) => plannerPrompt({ ...input, previous: null, ...more }),
      (more: object) => implementerPrompt({ ...input, plan: plan(tame), unit: unit("step", tame), ...more }),
    ]) {
      const [with2, without] = [make({ hints }), make({})];
      expect(with2.text).toMatch(
        /# Files that may matter\n\nFound by a search.* It may be wrong.* search yourself\.\n<<<FILES \w+\nsrc\/auth\/token\.ts: expireToken, Token\ndocs\/auth\.md\nFILES/,
      );
      expect(with2.marks).toEqual(without.marks);
      expect(with2.text.slice(0, with2.marks.task)).toBe(without.text.slice(0, without.marks.task));
      expect(with2.text.replace(/# Files that may matter[^]*?>>>\n\n/, "")).toBe(without.text);
    }
  });

  test("are nowhere where none was found", () => {
    expect(hintsSection([])).toBe("");
    for (const make of Object.values(prompts)) expect(make(1, tame).text).not.toContain("Files that may matter");
  });

  test("are told of though one of them has a name that leaves no room for others", () => {
    expect(hintsSection([{ path: "long/".repeat(790), symbols: [] }, ...hints])).toContain("\ndocs/auth.md\n");
  });

  test("take a thousand tokens at most and a line each, whatever files are called", () => {
    const name = fc.string({ unit: "binary", maxLength: 1_500 });
    const file = fc.record({ path: name, symbols: fc.array(name, { maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 12 }), (files) => {
        const section = hintsSection(files);
        expect(Buffer.byteLength(section)).toBeLessThanOrEqual(4_000);
        expect(section.split("\n").length).toBeLessThanOrEqual(files.length + 5);
        expect(section).not.toMatch(/[\p{Cc}\u2028\u2029]/u.exec(section.replaceAll("\n", ""))?.[0] ?? /^never$/);
      }),
    );
  });
});
