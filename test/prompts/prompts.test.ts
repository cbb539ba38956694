import { describe, expect, test } from "vitest";

import type { Json } from "../../src/domain/json.ts";
import { decodePlan, decodeVerdict } from "../../src/pipeline/decode-answers.ts";
import { planSchema, verdictSchema } from "../../src/prompts/answer-schemas.ts";
import { codeReviewerPrompt } from "../../src/prompts/code-reviewer.ts";
import { promptHash } from "../../src/prompts/hash.ts";
import { implementerPrompt } from "../../src/prompts/implementer.ts";
import { plannerPrompt } from "../../src/prompts/planner.ts";
import { plan, prompts, round, tame, task, unit } from "./sample.ts";

const text = (name: string, n = 1): string => prompts[name]?.(n, tame).text ?? "";

describe.each(Object.keys(prompts))("the %s prompt", (name) => {
  test("begins the same in every round, up to the end of the task", () => {
    const [one, two] = [text(name, 1), text(name, 2)];
    const end = one.indexOf("\nTASK ", one.indexOf("# The task"));
    expect(end).toBeGreaterThan(0);
    expect(two.slice(0, end)).toBe(one.slice(0, end));
  });

  test("says where the run's part of it ends, and where the task's", () => {
    const { run = 0, task: end = 0 } = prompts[name]?.(1, tame).marks ?? {};
    const [ofRun, ofTask, rest] = [text(name).slice(0, run), text(name).slice(run, end), text(name).slice(end)];
    expect(ofRun).toMatch(/# The repository[^]*npm run lint[^]*\n$/);
    expect(ofRun).not.toContain("# The task");
    expect(ofTask).toMatch(/^\n# The task[^]*See the mail\.[^]*\n$/);
    expect(rest).not.toContain("# The task");
  });

  test("holds the task, the checks and the protected paths", () => {
    for (const part of [
      "AUTH-1: Reject expired tokens\n\nSee the mail.",
      "- test: `npm test`",
      "`test/**`, `package.json`",
      "src/auth/**",
    ]) {
      expect(text(name)).toContain(part);
    }
  });

  test("holds open findings with their ids and a person's words, but only when there are some", () => {
    const later = text(name, 2);
    expect(later).toContain("F1 [major] src/auth/token.ts:7\nThe date is compared as text");
    expect(later).toMatch(/<<<PERSON [0-9a-f]{12}\nUse the clock that is passed in\.\nPERSON/);
    expect(text(name)).not.toContain("# Open findings");
    expect(text(name)).not.toContain("# The person");
  });

  test("has no empty paragraphs and one end", () => {
    expect(text(name)).not.toMatch(/\n\n\n/);
    expect(text(name)).toMatch(/[^\n]\n$/);
  });
});

describe("an implementer is told", () => {
  test("not to commit and not to decide, and what will be checked", () => {
    for (const part of [
      "Do not commit",
      "Do not approve, merge or decide",
      "these checks are run, by us",
      "Never make a check pass by weakening it",
    ]) {
      expect(text("implementer")).toContain(part);
    }
    expect(prompts["implementer"]?.(1, tame).schema).toBeNull();
  });
  test("which step it is, then what to correct", () => {
    expect(text("implementer")).toContain("Implement S1 of the plan, and only that");
    expect(text("implementer", 2)).toContain(
      "This is round 2: the folder holds what was done before. Correct the work",
    );
  });
  test("what is red, and what conflicts", () => {
    expect(text("implementer after a red gate")).toMatch(/Find the cause[^]*<<<TROUBLE [^]*test: 1 failed/);
    expect(text("implementer in a conflict")).toContain("resolve each so that both intentions hold");
  });
  test("what a person asked for, and what the last try lacked", () => {
    const input = {
      ...task(tame),
      ...round(1, tame),
      plan: null,
      words: "Rename it.",
      notes: ["Your last answer changed no file."],
      unit: unit("change", tame),
    };
    const { text } = implementerPrompt(input);
    expect(text).toContain("Make the change the person in charge asks for.");
    expect(text).toContain("\nRename it.\n");
    expect(text).toContain("# Mind this time\n\n- Your last answer changed no file.");
  });
});

describe("a reviewer is told", () => {
  test("how findings are closed, by id", () => {
    for (const name of ["code reviewer", "plan reviewer"]) {
      expect(text(name, 2)).toContain("Decide about each of F1, F3.");
      expect(text(name, 2)).toContain("put its id into `closed`");
      expect(text(name)).toContain("Findings of severity major and above keep the work from going on");
      expect(text(name)).toContain("One JSON object and nothing else");
    }
  });
  test("what protected paths the change touches", () => {
    expect(text("code reviewer")).toMatch(
      /It touches protected paths[^]*<<<PROTECTED [0-9a-f]{12}\n- src\/auth\/token\.ts\n/,
    );
  });
  const input = (more: object) => ({
    ...task(tame),
    ...round(3, tame),
    plan: null,
    unit: unit("whole", tame),
    touched: [],
    blockOn: "minor" as const,
    onlyFix: false,
    diff: { files: [], text: "", truncated: false },
    ...more,
  });
  test("whether it sees the fix or all", () => {
    expect(text("code reviewer", 2)).toContain("only what was changed since the round before");
    expect(codeReviewerPrompt(input({})).text).toContain("Review the whole change again");
  });
  test("when a diff is cut, or empty", () => {
    expect(codeReviewerPrompt(input({ diff: { files: [], text: "+ a", truncated: true } })).text).toContain(
      "The diff is cut here.",
    );
    expect(codeReviewerPrompt(input({})).text).toContain("No file is changed.");
    expect(codeReviewerPrompt(input({})).text).not.toContain("It touches protected paths");
  });
});

test("what a task has to pass of the project's checks stands with the task, so that the repository is the same for all", () => {
  const of = (checks: readonly { readonly name: string }[]): string =>
    plannerPrompt({ ...task(tame), checks, ...round(1, tame), previous: null }).text;
  expect(of([{ name: "lint" }])).toMatch(/- test: `npm test`\n[^]*# The task[^]*this task has to pass only: lint\./);
  expect(of([])).toContain("this task has to pass none.");
  expect(of(task(tame).allChecks)).not.toContain("has to pass");
});

test("a project without checks, protected paths, details or area has no empty places", () => {
  const bare = {
    ...task(tame),
    allChecks: [],
    checks: [],
    protected: [],
    spec: { id: "A", goal: "Do A", details: null, area: null, context: [] },
  };
  const { text } = plannerPrompt({ ...bare, ...round(1, tame), previous: null });
  expect(text).toContain("The project has no checks of its own.");
  expect(text).toMatch(/<<<TASK [0-9a-f]{12}\nA: Do A\nTASK/);
  expect(text).not.toMatch(/Protected paths|Files to know|\n\n\n/);
});

describe("the hash", () => {
  test("is equal for equal prompts only", () => {
    const hash = (n: number) => prompts["planner"]?.(n, tame).hash;
    expect(hash(1)).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
  });
  test("knows the role and the version", () => {
    const hashes = [
      promptHash("planner", "1", "t"),
      promptHash("implementer", "1", "t"),
      promptHash("planner", "2", "t"),
      promptHash("planner", "1", "u"),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});

/** All objects of a schema. */
function objectsOf(schema: Json | undefined): readonly { readonly [key: string]: Json | undefined }[] {
  if (schema === null || schema === undefined || typeof schema !== "object" || Array.isArray(schema)) return [];
  const fields = Object.entries(schema).flatMap(([, value]) => objectsOf(value));
  return "properties" in schema ? [schema, ...fields] : fields;
}

describe("the schemas of answers", () => {
  test.each([
    ["plan", planSchema, 2],
    ["verdict", verdictSchema, 2],
  ])("of a %s suit the strictest provider: every key required, none extra", (_name, schema, count) => {
    const objects = objectsOf(schema);
    expect(objects).toHaveLength(count);
    for (const one of objects) {
      expect(one["additionalProperties"]).toBe(false);
      expect(one["required"]).toEqual(Object.keys(one["properties"] ?? {}));
    }
  });
  test("ask for what the decoders take", () => {
    const step = { id: "S1", title: "t", details: "d", files: [] };
    expect(decodePlan({ summary: "s", steps: [step], risks: [] })).toHaveProperty("ok.steps.0.title", "t");
    const finding = { id: null, severity: "nit", file: null, line: null, text: "t" };
    expect(decodeVerdict({ verdict: "approve", summary: "s", findings: [finding], closed: [] })).toHaveProperty(
      "ok.findings.0.severity",
      "nit",
    );
    expect(objectsOf(planSchema).map((one) => Object.keys(one["properties"] ?? {}))).toEqual([
      ["summary", "steps", "risks"],
      Object.keys(step),
    ]);
    expect(objectsOf(verdictSchema).map((one) => Object.keys(one["properties"] ?? {}))).toEqual([
      ["verdict", "summary", "findings", "closed"],
      Object.keys(finding),
    ]);
  });
  test("go with the prompts that need one", () => {
    expect(prompts["planner"]?.(1, tame).schema).toBe(planSchema);
    expect(prompts["plan reviewer"]?.(1, tame).schema).toBe(verdictSchema);
    expect(prompts["code reviewer"]?.(1, tame).schema).toBe(verdictSchema);
  });
});

test("a plan in a prompt has its steps, files and risks", () => {
  expect(text("plan reviewer")).toContain(
    "S1: Check the date\nCheck the date\nFiles: src/auth/token.ts\n\nRisks:\n- Check the date",
  );
  expect(plan(tame).steps).toHaveLength(1);
});
