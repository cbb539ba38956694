import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { LocatedFile } from "../../src/domain/analysis.ts";
import { analyseTask, modeFacts, namedFiles, withOpinion } from "../../src/policy/analyse-task.ts";
import { actualComplexity, areaOffset, complexityByRules, costQuantile } from "../../src/policy/complexity.ts";
import { chooseMode, modeTable } from "../../src/policy/choose-mode.ts";
import { settings, spec } from "./sample.ts";

const located = (...paths: readonly string[]): readonly LocatedFile[] =>
  paths.map((path) => ({ path, score: 1, symbols: [] }));

describe("how hard a task is, by rules", () => {
  const nothing = { files: 0, areas: 1, criteria: 0, hardWord: null, hotspot: null, offset: 0 };

  test.each([
    [nothing, 1],
    [{ ...nothing, files: 1 }, 2],
    [{ ...nothing, files: 3 }, 2],
    [{ ...nothing, files: 7 }, 3],
    [{ ...nothing, files: 7, hardWord: "schema" }, 3],
    [{ ...nothing, files: 7, areas: 3, hardWord: "schema" }, 4],
    [{ ...nothing, files: 7, areas: 3, criteria: 6, hardWord: "schema", hotspot: "a.ts" }, 5],
    [{ ...nothing, files: 1, offset: -1 }, 1],
    [{ ...nothing, files: 1, offset: 1 }, 3],
  ])("%o is %i", (facts, complexity) => {
    expect(complexityByRules(facts).complexity).toBe(complexity);
  });

  test("is 1 to 5 and says why, whatever is put in", () => {
    const any = fc.oneof(fc.double(), fc.integer());
    const word = fc.option(fc.string());
    fc.assert(
      fc.property(
        fc.record({ files: any, areas: any, criteria: any, hardWord: word, hotspot: word, offset: any }),
        (facts) => {
          const { complexity, why } = complexityByRules(facts);
          expect([1, 2, 3, 4, 5]).toContain(complexity);
          expect(why.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("no text, path or score makes it anything else", () => {
    const file = fc.record({ path: fc.string(), score: fc.double(), symbols: fc.constant([]) });
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.array(file), fc.array(fc.string()), (goal, details, files, context) => {
        const found = analyseTask({ goal, details, context, area: null }, { files, hotspot: null }, {}, []);
        expect([1, 2, 3, 4, 5]).toContain(found.complexity);
        expect(() => namedFiles({ goal, details, context })).not.toThrow();
      }),
    );
  });

  test("an area whose tasks were harder than thought makes the next harder, a few of them only a little", () => {
    const hard = { thought: 2, costQuantile: 1, rejections: 2, gateFailures: 2 };
    expect(actualComplexity(hard)).toBe(5);
    expect(areaOffset([])).toBe(0);
    expect(areaOffset([hard])).toBeCloseTo(3 / 9);
    expect(areaOffset(Array.from({ length: 50 }, () => hard))).toBe(1);
    expect(areaOffset(Array.from({ length: 50 }, () => ({ ...hard, thought: 5 })))).toBe(0);
    const one = { area: "api", complexity: 2, costMicros: 900, rejections: 2, gateFailures: 2 };
    const past = [...Array.from({ length: 8 }, () => one), { ...one, area: "ui", complexity: null }];
    const text = spec({ goal: "Say hello in src/hello.ts" });
    const of = (area: string) => analyseTask({ ...text, area }, namedFiles(text), {}, past);
    expect(of("api").complexity).toBe(of("ui").complexity + 1);
    expect(of("api").why.at(-1)).toContain("past tasks of its area were harder than thought");
  });

  test("costs that are all the same, or unknown, say nothing", () => {
    expect([costQuantile(0, [0, 0, 0]), costQuantile(null, [1, 2]), costQuantile(5, [1, 2, 5])]).toEqual([
      0.5,
      0.5,
      2.5 / 3,
    ]);
  });
});

describe("what a text says of its files", () => {
  test("paths are found, addresses and versions are not", () => {
    const text = spec({
      goal: "Make src/parse/read.ts refuse what https://example.org/a.html shows, as of 1.2.md",
      details: "See `./docs/format.md`, e.g. lib/Thing.java. Not v1.0.json5 and not me@host.rs.",
      context: ["src/api/**"],
    });
    const paths = namedFiles(text).files.map(({ path }) => path);
    expect(paths).toEqual(["src/api/**", "src/parse/read.ts", "1.2.md", "docs/format.md", "lib/Thing.java"]);
  });

  test("a text of any length is read, and no more of its paths are taken than work is about", () => {
    const lines = Array.from({ length: 20_000 }, (_none, at) => `log/at-${at}.txt`).join("\n");
    const context = Array.from({ length: 100 }, (_none, at) => `docs/${at}.md`);
    expect(namedFiles(spec({ details: lines })).files).toHaveLength(60);
    expect(namedFiles(spec({ details: lines, context })).files).toHaveLength(60);
    for (const one of ["\r", "\u2028", " \r"]) {
      const details = `${one.repeat(400_000)}\n- a point`;
      expect(analyseTask(spec({ details }), { files: [], hotspot: null }, {}, []).features["criteria"]).toBe(1);
    }
  });

  test("points are those that parts would have to cover", () => {
    const of = (details: string | null) =>
      analyseTask(spec({ details }), { files: [], hotspot: null }, {}, []).features["criteria"];
    expect(["- one\n- two", "It reads. It must write; both at once.", null].map(of)).toEqual([2, 3, 0]);
  });

  test("areas are those of the settings, else folders at the top; tests are of what they test", () => {
    const of = (paths: readonly string[], areas = {}) =>
      analyseTask(spec(), { files: located(...paths), hotspot: null }, { areas }, []).features["areas"];
    expect(of(["src/a.ts", "src/b/c.ts", "test/a.test.ts"])).toBe(1);
    expect(of(["src/a.ts", "state/b.ts", "readme.md"])).toBe(2);
    expect(of(["packages/a/x.ts", "packages/b/x.ts"])).toBe(2);
    expect(of(["src/a.ts", "src/b/c.ts", "x/y.ts"], { api: ["src/**"], ui: ["web/**"] })).toBe(1);
  });
});

describe("the mode of a context-aware task", () => {
  const facts = {
    risk: "low",
    complexity: 2,
    files: 2,
    areas: 1,
    points: 0,
    found: 0,
    namesFiles: true,
    reviewPer: null,
  } as const;

  test.each([
    [{}, "two-loop", "small", "task"],
    [{ complexity: 3 }, "three-loop", null, "task"],
    [{ files: 4 }, "three-loop", "small", "task"],
    [{ risk: "medium" }, "three-loop", null, "task"],
    [{ risk: "high" }, "three-loop", null, "step"],
    [{ complexity: 4 }, "three-loop", "large", "step"],
    [{ complexity: 4, areas: 2 }, "adaptive", "large", "step"],
    [{ complexity: 5, points: 7, reviewPer: "task" }, "adaptive", "large", "task"],
  ] as const)("%o: %s", (more, mode, tier, reviewPer) => {
    expect(chooseMode({ ...facts, ...more })).toMatchObject({ mode, tier, reviewPer });
  });

  test("the table has a row for everything, high risk is never two-loop, and each choice says why", () => {
    const any = fc.oneof(fc.double(), fc.integer());
    const risk = fc.constantFrom("low" as const, "medium" as const, "high" as const);
    const per = fc.constantFrom("step" as const, "task" as const, null);
    fc.assert(
      fc.property(
        fc.record({
          risk,
          complexity: any,
          files: any,
          areas: any,
          points: any,
          found: any,
          namesFiles: fc.boolean(),
          reviewPer: per,
        }),
        (given) => {
          const chosen = chooseMode(given);
          expect(modeTable.map(({ mode }) => mode)).toContain(chosen.mode);
          if (given.risk !== "low") expect(chosen.mode).not.toBe("two-loop");
          for (const why of Object.values(chosen.why)) expect(why.length).toBeGreaterThan(5);
        },
      ),
    );
  });

  test("an analyst's opinion counts as much as the rules, and a person sees where they are far apart", () => {
    const task = spec({ goal: "Say hello in src/hello.ts", risk: "low" });
    const ruled = analyseTask(task, namedFiles(task), {}, []);
    const opinion = { complexity: 5, kind: "bug", needs: ["the old format"], split: true, model: "tiny" } as const;
    const both = withOpinion(ruled, opinion);
    expect([ruled.complexity, both.complexity, both.byRules, both.byModel]).toEqual([2, 4, 2, 5]);
    expect(both.why).toContain("opinions differ: 2 by rules, 5 by tiny");
    expect(both.kind).toBe("bug");
    expect(withOpinion(ruled, { ...opinion, complexity: 3 }).why.join()).not.toContain("opinions differ");
    expect(chooseMode(modeFacts(task, "low", ruled, settings())).mode).toBe("two-loop");
    expect(chooseMode(modeFacts(task, "low", both, settings())).mode).toBe("three-loop");
  });
});
