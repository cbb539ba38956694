import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood, type Mood } from "./behaviour.ts";
import { breaker } from "./planted.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";

test("two calls find the breaker's pause over: one tries the model out, the other follows as soon as that has ended well", async () => {
  const models = [modelSettings("m", {})];
  const breakerSettings = { ...defaultSettings.breaker, successes: 1 };
  const mood: Mood = { ...goodMood, shared: 0 };
  const world = quietWorld("race", { models, breaker: breakerSettings }, { mood: () => mood });
  const { ledger } = world;
  await ledger.log.append({ repository: null, run: null, events: [breaker("open")] });
  const running = startIn(world, [taskSpec("A"), taskSpec("B")]);
  await passUntil(world, () => running.end !== null);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 0 });
  const ended = await ledger.log.since(0, { types: ["attempt.ended"], limit: 1 });
  const [first, second] = await ledger.log.since(0, { types: ["attempt.started"], limit: 2 });
  expect(second?.task).not.toBe(first?.task);
  const waitedMs = (second?.at ?? Infinity) - (ended[0]?.at ?? 0);
  expect(waitedMs).toBeGreaterThanOrEqual(0);
  expect(waitedMs).toBeLessThanOrEqual(60_000);
});
