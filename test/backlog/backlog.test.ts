import { describe, expect, test } from "vitest";

import { parseBacklog } from "../../src/backlog/backlog.ts";
import type { KnownNames } from "../../src/backlog/settings-references.ts";
import { brand } from "../../src/domain/brand.ts";
import { problemLine } from "../../src/domain/problem.ts";

const settings: KnownNames = {
  models: [{ name: "opus" }, { name: "sonnet" }],
  checks: [{ name: "test" }, { name: "lint" }],
};

const lines = (text: string, known: KnownNames | null = settings): string[] =>
  parseBacklog({ file: "tasks.yaml", text, settings: known }).problems.map(problemLine);

const tasksOf = (text: string) => {
  const { tasks, problems } = parseBacklog({ file: "tasks.yaml", text, settings });
  expect(problems).toEqual([]);
  return tasks;
};

const body = (...keys: string[]): string =>
  `tasks:\n  - id: A\n    goal: g\n${keys.map((key) => `    ${key}\n`).join("")}`;

describe("a backlog", () => {
  test("of three lines has every default", () => {
    expect(tasksOf("tasks:\n  - id: AUTH-1\n    goal: Reject expired tokens\n")).toEqual([
      {
        id: "AUTH-1",
        goal: "Reject expired tokens",
        details: null,
        risk: "medium",
        area: null,
        needs: [],
        mode: "three-loop",
        priority: 0,
        context: [],
        checks: null,
        models: {},
        budget: { usdMicros: null, tokens: null },
        timeoutMs: null,
        approve: [],
      },
    ]);
  });

  test("takes every key of the format", () => {
    const [first, second] = tasksOf(`version: 1
defaults: {risk: medium}
tasks:
  - id: AUTH-0
    goal: g
  - id: AUTH-1
    goal: Reject expired tokens
    details: |
      long
      text
    risk: low
    area: auth
    needs: [AUTH-0]
    mode: three-loop
    priority: 3
    context: [src/auth/**, docs/auth.md]
    checks: [test, lint]
    models: {implementer: [opus], planner: sonnet}
    budget: {usd: 2.00, tokens: 400000}
    timeout: 2h
    approve: [plan, merge]
`);
    expect(first?.risk).toBe("medium");
    expect(second).toEqual({
      id: "AUTH-1",
      goal: "Reject expired tokens",
      details: "long\ntext\n",
      risk: "low",
      area: "auth",
      needs: ["AUTH-0"],
      mode: "three-loop",
      priority: 3,
      context: ["src/auth/**", "docs/auth.md"],
      checks: ["test", "lint"],
      models: { implementer: ["opus"], planner: ["sonnet"] },
      budget: { usdMicros: 2_000_000, tokens: 400_000 },
      timeoutMs: 7_200_000,
      approve: ["plan", "merge"],
    });
  });

  test.each([
    ["low", "two-loop", []],
    ["medium", "three-loop", []],
    ["high", "three-loop", ["merge"]],
  ])("chooses mode and approval by risk: %s", (risk, mode, approve) => {
    expect(tasksOf(body(`risk: ${risk}`))[0]).toMatchObject({ risk, mode, approve });
  });

  test("asks nobody at high risk where that is said", () => {
    expect(tasksOf(body("risk: high", "approve: []"))[0]?.approve).toEqual([]);
    expect(tasksOf(`defaults: {approve: []}\n${body("risk: high")}`)[0]?.approve).toEqual([]);
  });

  test("merges the maps of its defaults and replaces their lists", () => {
    const [task] = tasksOf(`defaults:
  risk: low
  models: {planner: opus, implementer: opus}
  budget: {usd: 1, tokens: 5}
  context: [a, b]
${body("models: {implementer: [sonnet]}", "budget: {tokens: 7}", "context: [c]")}`);
    expect(task).toMatchObject({
      risk: "low",
      mode: "two-loop",
      models: { planner: ["opus"], implementer: ["sonnet"] },
      budget: { usdMicros: 1_000_000, tokens: 7 },
      context: ["c"],
    });
  });

  test("may be an empty list, in JSON, with a mark of its encoding or with the line ends of Windows", () => {
    expect(tasksOf("tasks: []")).toEqual([]);
    expect(tasksOf('{"tasks": [{"id": "A", "goal": "g"}]}')).toHaveLength(1);
    expect(tasksOf("\uFEFFtasks:\r\n  - id: A\r\n    goal: g\r\n")[0]?.goal).toBe("g");
  });

  test("may use anchors", () => {
    const [a, b] = tasksOf(
      "tasks:\n  - {id: A, goal: g, context: &files [x, y]}\n  - {id: B, goal: g, context: *files}\n",
    );
    expect(b?.context).toEqual(a?.context);
  });
});

test("five kinds of mistakes in one file are all told, with their places", () => {
  const text = `version: 1
tasks:
  - id: AUTH-1
    goal: Reject expired tokens
    needs: [AUTH-2]
  - id: AUTH-2
    goal: Rotate keys
    needs: [AUTH-1, AUTH-9]
  - id: auth-1
    goal: Again
    piority: 3
  - id: AUTH-8
    goal: Log refusals
    priority: high
`;
  expect(lines(text)).toEqual([
    "tasks.yaml:5:13: error: cycle AUTH-1 -> AUTH-2 -> AUTH-1; remove one of these needs",
    'tasks.yaml:8:21: error: unknown need "AUTH-9"; did you mean "AUTH-8"?',
    'tasks.yaml:9:9: error: duplicate id "auth-1"; the first is on line 3, "AUTH-1": case makes no difference',
    'tasks.yaml:11:5: error: unknown key "piority"; did you mean "priority"?',
    'tasks.yaml:14:15: error: priority must be a number, not "high"',
  ]);
  expect(parseBacklog({ file: "tasks.yaml", text, settings }).tasks).toEqual([]);
  expect(parseBacklog({ file: "tasks.yaml", text, settings }).problems.map(({ code }) => code)).toEqual([
    "cycle",
    "unknown_need",
    "duplicate_id",
    "unknown_key",
    "wrong_type",
  ]);
});

describe("a mistake in a key", () => {
  test.each([
    ["neds: [A]", '4:5: error: unknown key "neds"; did you mean "needs"?'],
    ["depends_on: [A]", '4:5: error: unknown key "depends_on"; did you mean "needs"?'],
    ["description: x", '4:5: error: unknown key "description"; did you mean "details"?'],
    [
      "zzzzzz: 1",
      '4:5: error: unknown key "zzzzzz"; known keys: id, goal, needs, details, risk, area, mode, priority, context, checks, models, budget, timeout, approve, may_change',
    ],
    [
      "__proto__: {a: 1}",
      '4:5: error: unknown key "__proto__"; known keys: id, goal, needs, details, risk, area, mode, priority, context, checks, models, budget, timeout, approve, may_change',
    ],
    ["budget: {usdd: 1}", '4:14: error: unknown key "usdd"; did you mean "usd"?'],
    ["models: {implementor: opus}", '4:14: error: unknown key "implementor"; did you mean "implementer"?'],
    ["goal: again", '4:5: error: duplicate key "goal"; it is given first on line 3; remove one'],
    ["? [a]\n    : 1", "4:7: error: a key must be a word; remove it"],
    ["risk: hgih", '4:11: error: risk must be one of low, medium, high, not "hgih"; did you mean "high"?'],
    ["risk: purple", '4:11: error: risk must be one of low, medium, high, not "purple"'],
    ["risk: [low]", "4:11: error: risk must be one of low, medium, high, not a list"],
    ["risk:", "4:5: error: risk has no value; give it one or remove the key"],
    ["timeout:   # later", "4:5: error: timeout has no value; give it one or remove the key"],
    ["details: 7", '4:14: error: details must be text, not 7; put it in quotes: "7"'],
    ["area: 7", '4:11: error: area must be text, not 7; put it in quotes: "7"'],
    ["needs: B", '4:12: error: needs must be a list, not "B"; write [B]'],
    ["needs: [7]", '4:13: error: entry 1 of needs must be text, not 7; put it in quotes: "7"'],
    ["needs: [A]", '4:13: error: "A" needs itself; remove it'],
    ["needs: [a]", '4:13: error: unknown need "a"; no task of this file has that id'],
    ["priority: 1.5", "4:15: error: priority must be a whole number, not 1.5"],
    ['priority: "1"', '4:15: error: priority must be a number, not "1"; remove the quotes'],
    ["priority: .nan", "4:15: error: priority must be a number, not .nan"],
    ["priority: 99999999", "4:15: error: priority must be at most 1000000, not 99999999"],
    ["budget: 3", "4:13: error: budget must be a map, not 3"],
    ["budget: {usd: -1}", "4:19: error: usd must be at least 0, not -1"],
    ["budget: {tokens: 0}", "4:22: error: tokens must be at least 1, not 0"],
    ["timeout: 2 h", '4:14: error: bad duration "2 h" for timeout; a whole number with ms, s, m, h or d, as in 5m'],
    ["timeout: 1.5h", '4:14: error: bad duration "1.5h" for timeout; a whole number with ms, s, m, h or d, as in 5m'],
    ["timeout: 90", "4:14: error: bad duration 90 for timeout; a whole number with ms, s, m, h or d, as in 5m"],
    ["timeout: 0s", '4:14: error: bad duration "0s" for timeout; a whole number with ms, s, m, h or d, as in 5m'],
    [
      "timeout: 99999999d",
      '4:14: error: bad duration "99999999d" for timeout; a whole number with ms, s, m, h or d, as in 5m',
    ],
    [
      "context: [/etc/passwd]",
      '4:15: error: bad path "/etc/passwd" for entry 1 of context; relative to the top of the repository, without ".."',
    ],
    [
      "context: [a/../../b]",
      '4:15: error: bad path "a/../../b" for entry 1 of context; relative to the top of the repository, without ".."',
    ],
    ["approve: [plan, push]", '4:21: error: entry 2 of approve must be one of plan, merge, not "push"'],
    ["models: {planner: opsu}", '4:23: error: unknown model "opsu"; did you mean "opus"?'],
    ["models: {planner: [opus, gpt]}", '4:30: error: unknown model "gpt"; known models: opus, sonnet'],
    ["models: {planner: 3}", "4:23: error: planner must be a name or a list of names, not 3"],
    ["models: {planner: [3]}", '4:24: error: entry 1 of planner must be text, not 3; put it in quotes: "3"'],
    ["models: {planner: []}", "4:23: error: planner must not be empty"],
    ["checks: [tset]", '4:14: error: unknown check "tset"; did you mean "test"?'],
    ["checks: [build]", '4:14: error: unknown check "build"; known checks: test, lint'],
    [
      "mode: twoloop",
      '4:11: error: mode must be one of two-loop, three-loop, adaptive, context-aware, not "twoloop"; did you mean "two-loop"?',
    ],
    ['details: "a\\0b"', "4:14: error: the text holds a NUL character; remove it"],
    ["details: !custom x", '4:22: error: unknown tag "!custom"; remove it'],
    ["details: *nothing", '4:14: error: unknown alias "*nothing"; put the value in quotes if the "*" is meant'],
    ["context: &a [*a]", '4:18: error: the alias "*a" stands inside what it names'],
  ])("%s", (key, problem) => {
    expect(lines(body(key))).toEqual([`tasks.yaml:${problem}`]);
  });

  test.each(["-a", "a b", "a..b", "a.", "a.lock", "a/b", "ä", "a".repeat(65), ".a", "~"])("an id like %j", (id) => {
    const [problem] = parseBacklog({ file: "f", text: `tasks: [{id: "${id}", goal: g}]`, settings }).problems;
    expect(problem).toMatchObject({ line: 1, column: 14, code: "bad_id" });
    expect(problem?.hint).toContain("at most 64");
  });

  test.each(["a", "A-1", "1", "a.b", "a_b-c.d", "a".repeat(64), "lock", "a.locks"])("but not an id like %j", (id) => {
    expect(tasksOf(`tasks: [{id: "${id}", goal: g}]`)[0]?.id).toBe(id);
  });

  test("is told of the defaults too", () => {
    expect(lines("defaults: {id: A, mode: adaptive, checks: [x], goal: g}\ntasks: []")).toEqual([
      'tasks.yaml:1:12: error: unknown key "id"; known keys: details, risk, area, mode, priority, context, checks, models, budget, timeout, approve, may_change',
      'tasks.yaml:1:44: error: unknown check "x"; known checks: test, lint',
      'tasks.yaml:1:48: error: unknown key "goal"; known keys: details, risk, area, mode, priority, context, checks, models, budget, timeout, approve, may_change',
    ]);
  });

  test("that is missing stands at its item", () => {
    expect(lines("tasks:\n  - id: A\n  - goal: g\n  - {}\n  - id: B\n    goal: ' '\n")).toEqual([
      'tasks.yaml:2:5: error: missing key "goal"; add "goal: …"',
      'tasks.yaml:3:5: error: missing key "id"; add "id: …"',
      'tasks.yaml:4:5: error: missing key "id"; add "id: …"',
      'tasks.yaml:4:5: error: missing key "goal"; add "goal: …"',
      "tasks.yaml:6:11: error: goal must not be empty",
    ]);
  });

  test("does not hide the needs of a task whose id is broken", () => {
    expect(lines("tasks:\n  - id: 7\n    goal: g\n    needs: [B]\n")).toEqual([
      'tasks.yaml:2:9: error: id must be text, not 7; put it in quotes: "7"',
      'tasks.yaml:4:13: error: unknown need "B"; no task of this file has that id',
    ]);
  });

  test("of names is not looked for where the names are not known", () => {
    expect(lines(body("checks: [x]", "models: {planner: y}"), null)).toEqual([]);
    expect(lines(body("models: {planner: y}"), { models: [], checks: [] })).toEqual([]);
    expect(lines(body("checks: [x]"), { models: [], checks: [] })).toEqual([
      'tasks.yaml:4:14: error: unknown check "x"; the settings have no checks',
    ]);
  });
});

describe("a file as a whole", () => {
  test.each([
    ["", "1:1: error: the file is empty; "],
    ["# nothing yet\n", "1:1: error: the file is empty; "],
    ["---\n", "1:1: error: the file is empty; "],
    ["- id: A\n", "1:1: error: the file must be a map, not a list"],
    ["hello", '1:1: error: the file must be a map, not "hello"'],
    ["defaults: {}", '1:1: error: missing key "tasks"; add "tasks: …"'],
    ["tasks:", "1:1: error: tasks has no value; give it one or remove the key"],
    ["tasks: {A: {goal: g}}", "1:8: error: tasks must be a list, not a map"],
    ["tasks: [A]", '1:9: error: entry 1 of tasks must be a map, not "A"'],
    [
      "version: 2\ntasks: [{nonsense: 1}]",
      `1:10: error: version 2 needs a newer ${brand.name}; this one reads version 1`,
    ],
    ["version: one\ntasks: []", '1:10: error: version must be 1, not "one"'],
    ["version: 0\ntasks: []", "1:10: error: version must be 1, not 0"],
    [
      "tasks: []\n---\ntasks: []\n",
      '2:1: error: a second document starts here; remove the "---"; a file holds one document',
    ],
    ["tasks:\n\t- id: A\n", "2:1: error: a tab is used as indentation; indent with spaces"],
    ["tasks: [\n", "2:1: error: flow sequence in block collection must be sufficiently indented and end with a ]"],
    [
      "tasks: @x",
      "1:8: error: plain value cannot start with reserved character @; put the value in quotes if it is text",
    ],
    [`tasks: ${"[".repeat(80)}${"]".repeat(80)}`, "1:72: error: values are nested too deeply"],
    ["a".repeat(10_000_000), "1:1: error: the file is too large; at most 5 MB are read; split it"],
  ])("%#", (text, problem) => {
    const [first, ...others] = lines(text);
    expect(first?.startsWith(`tasks.yaml:${problem}`) === true ? problem : first).toBe(problem);
    expect(others.filter((line) => !line.includes("nested") && !line.includes("flow"))).toEqual([]);
  });

  test("is not read deeper than a stack is high", () => {
    const [first] = parseBacklog({ file: "f", text: "[".repeat(200_000), settings }).problems;
    expect(first).toMatchObject({ line: 1, code: "too_deep" });
  });

  test.each(["]", '"" ', "a: &a 1\n", "---\n", "@", "%\n", "? ", "{"])("of nothing but %j ends soon", (part) => {
    const { tasks, problems } = parseBacklog({ file: "f", text: part.repeat(30_000), settings });
    expect(tasks).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
  });

  test("of more tokens than a backlog can have is refused", () => {
    const text = "#\n".repeat(1_100_000);
    expect(parseBacklog({ file: "f", text, settings }).problems).toMatchObject([{ code: "too_large" }]);
  });

  test("an alias bomb is refused before it goes off", () => {
    const names = Array.from("abcdefghij");
    const bomb = names.map((name, index) => {
      const before = names[index - 1];
      return `${name}: &${name} [${before === undefined ? "x" : Array(10).fill(`*${before}`).join(", ")}]`;
    });
    const problems = parseBacklog({ file: "f", text: bomb.join("\n"), settings }).problems;
    expect(problems.map(({ code }) => code)).toEqual(["too_many_aliases"]);
  });

  test("a chain of aliases cannot nest without end", () => {
    const chain = Array.from(
      { length: 200 },
      (_, index) => `k${index}: &k${index} [${index === 0 ? "x" : `*k${index - 1}`}]`,
    );
    expect(parseBacklog({ file: "f", text: chain.join("\n"), settings }).problems.map(({ code }) => code)).toEqual([
      "too_deep",
    ]);
  });
});

describe("cycles", () => {
  const ring = (...needs: [string, string][]): string =>
    `tasks:\n${needs.map(([id, list]) => `  - {id: ${id}, goal: g, needs: [${list}]}\n`).join("")}`;

  test("are shown from the task that stands first, at the need that leads on", () => {
    expect(lines(ring(["Z", "C"], ["A", "B"], ["B", "C"], ["C", "A"]))).toEqual([
      "tasks.yaml:3:30: error: cycle A -> B -> C -> A; remove one of these needs",
    ]);
  });

  test("are told each, and a task that needs itself is not shown twice", () => {
    expect(lines(ring(["A", "B, C, A"], ["B", "A"], ["C", "A"]))).toEqual([
      "tasks.yaml:2:30: error: cycle A -> B -> A; remove one of these needs",
      "tasks.yaml:2:33: error: cycle A -> C -> A; remove one of these needs",
      'tasks.yaml:2:36: error: "A" needs itself; remove it',
    ]);
  });

  test("of many tasks are shortened in the middle", () => {
    const size = 5000;
    const [line] = lines(
      ring(...Array.from({ length: size }, (_, i): [string, string] => [`T${i}`, `T${(i + 1) % size}`])),
    );
    expect(line).toContain("cycle T0 -> T1 -> ");
    expect(line).toContain("… 4901 more …");
    expect(line).toContain("T4999 -> T0;");
  });
});

test("ten thousand tasks, all with a wrong need, are told in reasonable time", () => {
  const text = `tasks:\n${Array.from({ length: 10_000 }, (_, i) => `  - {id: TASK-${i}, goal: g, needs: [TSK-${i}]}\n`).join("")}`;
  const { problems } = parseBacklog({ file: "f", text, settings });
  expect(problems).toHaveLength(10_000);
  expect(problems[0]?.hint).toBe('did you mean "TASK-1"?');
});
