import { expect, test } from "vitest";

import { modelSettings, taskSpec } from "./backlogs.ts";
import { passUntil, playedIn, quietWorld, startIn } from "./quiet-world.ts";

const models = [
  modelSettings("tiny", { adapter: "acp", tier: "small" }),
  modelSettings("big", { adapter: "acp", tier: "large" }),
];
const task = taskSpec("A", { mode: "context-aware", goal: "say hello in hello.ts" });

/** Plays the story with an engine that dies at its n-th commit; false: it was over before. */
async function diesAt(n: number): Promise<boolean> {
  const world = quietWorld("aware", { models });
  const running = startIn(world, [task]);
  let commits = 0;
  const unfollow = world.ledger.log.follow(() => void (commits += 1));
  await passUntil(world, () => running.end !== null || commits >= n);
  unfollow();
  const died = running.end === null;
  if (died) running.life.die();
  const events = await playedIn(world, [task]);
  expect(world.violations).toEqual([]);
  const once = ["context.found", "task.analysed", "mode.chosen", "merge.done"] as const;
  for (const type of once)
    expect([n, type, events.filter((event) => event.type === type)]).toMatchObject([n, type, [{}]]);
  const analysts = events.filter((event) => event.type === "call.started" && event.data.role === "analyst");
  expect(analysts.length).toBe(1);
  return died;
}

test("a context-aware task is analysed and chosen for once, whatever commit its engine dies at", async () => {
  let n = 1;
  while (await diesAt(n)) n += 1;
  expect(n).toBeGreaterThan(8);
});
