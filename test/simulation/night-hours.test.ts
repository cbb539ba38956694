import { afterEach, expect, test, vi } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { nextStart } from "../../src/policy/day-hours.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { quietWorld, startIn } from "./quiet-world.ts";
import { repository } from "./world.ts";

const hourMs = 3_600_000;
const ids = Array.from({ length: 24 }, (_, n) => `T-${n}`);
const dayMs = 24 * hourMs;

afterEach(() => void vi.unstubAllEnvs());

test("an account that may be used for a minute a night does its work in them, over nights and a change of the clock", async () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const models = [modelSettings("one", { adapter: "claude-code", account: "max", billing: "subscription" })];
  const limits = { ...defaultSettings.limits, parallel: 1 };
  // Of each night a minute, from five hours after the start on; the second night the clock of Berlin goes back.
  const startMs = Date.UTC(2026, 9, 23, 20);
  const later = new Date(startMs + 5 * hourMs);
  const fromMin = later.getHours() * 60 + later.getMinutes();
  const hours = { fromMin, toMin: fromMin + 1 };
  const settings = { models, limits, accounts: { max: { hours } } };
  const world = quietWorld("nights", settings, { mood: () => ({ ...goodMood, shared: 0 }) });
  const { clock, ledger } = world;
  clock.sleep(startMs - clock.now());
  const running = startIn(
    world,
    ids.map((id) => taskSpec(id)),
  );
  await clock.run(() => running.end !== null || world.violations.length > 0, clock.now() + 30 * dayMs);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 0 });
  expect((await ledger.tasks.list(repository)).map(({ state }) => state)).toEqual(ids.map(() => "DONE"));
  const starts = (await ledger.log.since(0, { types: ["attempt.started"] })).map(({ at }) => at);
  expect(starts.filter((ms) => nextStart(hours, ms) !== null)).toEqual([]);
  const nights = new Set(starts.map((ms) => new Date(ms).toDateString()));
  expect(nights.size).toBeGreaterThan(1);
  expect(await ledger.log.since(0, { types: ["hold.set"] })).toEqual([]);
});
