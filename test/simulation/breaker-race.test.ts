import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { backlogOf, modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { breaker } from "./planted.ts";
import { longLife, World } from "./world.ts";

test("two calls find the breaker's pause over: one tries the model out, the other follows as soon as that has ended well", async () => {
  const settings = {
    ...defaultSettings,
    models: [modelSettings("m", {})],
    breaker: { ...defaultSettings.breaker, successes: 1 },
    git: { ...defaultSettings.git, base: "main" },
  };
  const world = new World({
    seed: "race",
    settings,
    around: {
      mood: () => ({ ...goodMood, shared: 0 }),
      notices: () => ({ late: 0, doubled: 0, lost: 0 }),
      gitMs: 100,
      isDead: () => true,
      faults: () => ({ git: 0, red: 0 }),
    },
  });
  const { clock, ledger } = world;
  await ledger.log.append({ repository: null, run: null, events: [breaker("open")] });
  const backlog = backlogOf(["A", "B"].map((id) => taskSpec(id)));
  const running = world.start(backlog, longLife, { linger: false, noWait: false, yesTo: [] }, () => {});
  await clock.run(() => running.end !== null || world.violations.length > 0, clock.now() + 24 * 3_600_000);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 0 });
  const ended = await ledger.log.since(0, { types: ["attempt.ended"], limit: 1 });
  const [first, second] = await ledger.log.since(0, { types: ["attempt.started"], limit: 2 });
  expect(second?.task).not.toBe(first?.task);
  const waitedMs = (second?.at ?? Infinity) - (ended[0]?.at ?? 0);
  expect(waitedMs).toBeGreaterThanOrEqual(0);
  expect(waitedMs).toBeLessThanOrEqual(60_000);
});
