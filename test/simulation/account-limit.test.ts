import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood, type Mood } from "./behaviour.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";
import { repository } from "./world.ts";

const ids = ["A", "B", "C", "D", "E", "F", "G", "H"];
const hourMs = 3_600_000;

/** Eight tasks at once on one account, to their end. */
async function played(limit: Mood["limit"], lives: number) {
  const models = [modelSettings("one", { adapter: "claude-code", account: "max", billing: "subscription" })];
  const limits = { ...defaultSettings.limits, parallel: 8 };
  const mood: Mood = { ...goodMood, shared: 0, ...(limit === undefined ? {} : { limit }) };
  const world = quietWorld("eight", { models, limits }, { mood: () => mood });
  const { clock, ledger } = world;
  const tasks = ids.map((id) => taskSpec(id));
  for (let life = 1; life < lives; life += 1) {
    const running = startIn(world, tasks);
    const dieMs = clock.now() + hourMs;
    await clock.run(() => clock.now() >= dieMs || world.violations.length > 0, dieMs + hourMs);
    running.life.die();
  }
  const running = startIn(world, tasks);
  await passUntil(world, () => running.end !== null);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 0 });
  const rows = await ledger.tasks.list(repository);
  const starts = await ledger.log.since(0, { types: ["attempt.started"] });
  return {
    endedMs: clock.now(),
    tasks: rows.map(({ id, state, attempts }) => [id, state, attempts]),
    holds: (await ledger.log.since(0, { types: ["hold.set"] })).length,
    retries: (await ledger.log.since(0, { types: ["call.retried"] })).length,
    startsMs: starts.map(({ at }) => at),
  };
}

test.each([1, 3])(
  "eight tasks on one account meet its limit together, under %i engines: none fails, no try is spent, all go on at its end",
  async (lives) => {
    const calm = await played(undefined, 1);
    const began = Math.min(...calm.startsMs);
    // While the first calls are under way, as some are over.
    const limit = { fromMs: began + 3_000, untilMs: began + 5 * hourMs };
    const limited = await played(limit, lives);
    expect(limited.tasks).toEqual(calm.tasks);
    expect(limited.tasks.every(([, state]) => state === "DONE")).toBe(true);
    expect([limited.holds, limited.retries]).toEqual([1, 0]);
    expect(limited.startsMs.filter((ms) => ms > limit.fromMs + 10_000 && ms < limit.untilMs)).toEqual([]);
    expect(limited.endedMs).toBeGreaterThan(limit.untilMs);
    expect(limited.endedMs).toBeLessThan(limit.untilMs + hourMs);
  },
);
