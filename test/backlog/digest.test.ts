import { describe, expect, test } from "vitest";

import { taskDigest } from "../../src/backlog/digest.ts";
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
});
