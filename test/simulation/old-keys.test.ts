import { expect, test } from "vitest";

import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import type { Json } from "../../src/domain/json.ts";
import type { TaskSpec } from "../../src/domain/task.ts";
import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { threeLoopByStep, threeLoopByTask, twoLoop } from "./old-keys.ts";
import { playedIn, quietWorld } from "./quiet-world.ts";

const verdict = (finds: boolean, closed: readonly string[] = []): Json => ({
  verdict: finds ? "changes" : "approve",
  summary: "read",
  findings: finds ? [{ severity: "major", file: "a.txt", text: "a flaw" }] : [],
  closed: [...closed],
});

/** A plan of two steps; each first review finds something, and the next one closes it. */
function answers({ role, key }: CallSpec): Json {
  if (role === "planner") {
    const steps = ["one", "two"].map((title, n) => ({ id: `S${n + 1}`, title, details: "", files: [] }));
    return { summary: "two steps", steps, risks: [] };
  }
  if (role === "plan_reviewer") return verdict(key.endsWith("/plan/1/review"));
  if (role !== "code_reviewer") return null;
  if (key.endsWith("/review/1")) return verdict(true);
  return verdict(false, ["F1", "F2", "F3"]);
}

/** The check is red at the first work that comes to it. */
async function keysOf(spec: TaskSpec): Promise<readonly string[]> {
  let first: string | null = null;
  const redAt = (tree: string): boolean => {
    if (!tree.includes("own/")) return false;
    first ??= tree;
    return tree === first;
  };
  const checks = [{ ...checkDefaults, name: "unit", run: "unit" }];
  const world = quietWorld(
    "keys",
    { checks },
    { mood: () => ({ ...goodMood, answers }), faults: () => ({ git: 0, red: 0, redAt }) },
  );
  const events = await playedIn(world, [spec]);
  expect(world.violations).toEqual([]);
  return events.flatMap((event) => (event.type === "key.committed" ? [`${event.data.key} ${event.data.inputs}`] : []));
}

test.each([
  ["two loops", taskSpec("A"), twoLoop],
  ["three loops, reviewed as a whole", taskSpec("A", { mode: "three-loop", risk: "medium" }), threeLoopByTask],
  ["three loops, reviewed step by step", taskSpec("A", { mode: "three-loop", risk: "high" }), threeLoopByStep],
])("a task of %s has the keys and inputs that ledgers before roadmaps have", async (_, spec, keys) => {
  expect(await keysOf(spec)).toEqual(keys);
});
