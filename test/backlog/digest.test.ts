import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { compareBacklogs, taskDigest } from "../../src/backlog/digest.ts";
import { parseBacklog } from "../../src/backlog/backlog.ts";

const read = (text: string) => parseBacklog({ file: "tasks.yaml", text, settings: null }).tasks;

describe("the digest of a task", () => {
  test("is the same however the task is written", () => {
    const short = read("tasks: [{id: A, goal: g, needs: [B, C]}, {id: B, goal: b}, {id: C, goal: c}]");
    const long = read(`version: 1
defaults: {risk: medium}
tasks:
  - needs: [C, B]
    goal: "g "
    priority: 0
    id: A
    mode: three-loop
    approve: []
  - {id: C, goal: c}
  - {id: B, goal: b}
`);
    const digests = (tasks: ReturnType<typeof read>) => new Map(tasks.map((task) => [task.id, taskDigest(task)]));
    expect(digests(long)).toEqual(digests(short));
    expect(digests(short).get("A")).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(digests(short).values()).size).toBe(3);
  });

  test("changes exactly where a comparison sees a change", () => {
    const text = fc.record({
      goal: fc.constantFrom("a", "b"),
      risk: fc.constantFrom("low", "medium", "high"),
      approve: fc.shuffledSubarray(["plan", "merge"]),
      priority: fc.nat(2),
    });
    fc.assert(
      fc.property(text, text, (first, second) => {
        const [a, b] = [first, second].map((task) => read(JSON.stringify({ tasks: [{ id: "A", ...task }] }))[0]);
        if (a === undefined || b === undefined) throw new Error("a valid backlog did not parse");
        expect(compareBacklogs([a], [b]).changed.length === 0).toBe(taskDigest(a) === taskDigest(b));
      }),
    );
  });
});

test("two backlogs differ in what is added, changed and removed", () => {
  const before = read("tasks: [{id: A, goal: a}, {id: B, goal: b}, {id: C, goal: c}, {id: D, goal: d}]");
  const after = read("tasks: [{id: E, goal: e}, {id: a, goal: a}, {id: B, goal: b}, {id: C, goal: x, risk: low}]");
  const change = compareBacklogs(before, after);
  expect(change.added.map(({ id }) => id)).toEqual(["E"]);
  expect(change.removed.map(({ id }) => id)).toEqual(["D"]);
  expect(change.changed.map(({ before: { id }, keys }) => [id, keys])).toEqual([
    ["A", ["id"]],
    ["C", ["goal", "risk", "mode"]],
  ]);
  expect(compareBacklogs(after, after)).toEqual({ added: [], changed: [], removed: [] });
});
