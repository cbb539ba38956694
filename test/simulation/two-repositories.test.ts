import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood, type Mood } from "./behaviour.ts";
import { Host } from "./host.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";
import { Watch } from "./watch.ts";

const hourMs = 3_600_000;
const tasks = ["A", "B", "C"].map((id) => taskSpec(id));

/** The same tasks in two repositories of one user at once, to the ends of both. */
async function playedTwice(settings: Partial<Settings>, limit: Mood["limit"]) {
  const host = new Host("two");
  const mood: Mood = { ...goodMood, shared: 0, ...(limit === undefined ? {} : { limit }) };
  const worlds = ["repo", "other"].map((repository) =>
    quietWorld(repository, settings, { mood: () => mood }, { host, repository }),
  );
  const watches = worlds.map((world) => new Watch(world, 8_000));
  const running = worlds.map((world) => startIn(world, tasks));
  for (const [n, world] of worlds.entries()) await passUntil(world, () => running[n]?.end !== null);
  for (const [n, watch] of watches.entries()) {
    const { end = null } = running[n] ?? {};
    expect(await watch.atEnd(end?.kind === "ended" ? end.exitCode : null)).toEqual([]);
  }
  const events = await host.ledger.log.since(0);
  const starts = events.filter(({ type }) => type === "attempt.started");
  return {
    exitCodes: running.map(({ end }) => (end?.kind === "ended" ? end.exitCode : end?.kind)),
    holds: events.filter(({ type }) => type === "hold.set"),
    starts: worlds.map(({ repository }) => starts.flatMap((one) => (one.repository === repository ? [one.at] : []))),
    dayMicros: (await host.ledger.account.spend(`day:day-${Math.floor(host.startMs / (24 * hourMs))}`)).micros,
  };
}

test("the limit of an account that one repository meets holds the other's calls too, and both go on at its end", async () => {
  const models = [modelSettings("one", { adapter: "claude-code", account: "max", billing: "subscription" })];
  const calm = await playedTwice({ models }, undefined);
  const began = Math.min(...calm.starts.flat());
  const limit = { fromMs: began + 3_000, untilMs: began + hourMs };
  const { exitCodes, holds, starts } = await playedTwice({ models }, limit);
  expect(exitCodes).toEqual([0, 0]);
  expect(holds).toHaveLength(1);
  for (const own of starts) {
    expect(own.filter((ms) => ms > limit.fromMs + 10_000 && ms < limit.untilMs)).toEqual([]);
    expect(own.some((ms) => ms > limit.untilMs)).toBe(true);
  }
});

test("a day's budget is one for all repositories", async () => {
  const models = [modelSettings("one", { adapter: "acp", billing: "metered" })];
  const calm = await playedTwice({ models }, undefined);
  const dayMicros = Math.floor(calm.dayMicros / 2);
  const budget = { ...defaultSettings.budget, callMicros: 1_000_000, dayMicros, onLimit: "stop" as const };
  const capped = await playedTwice({ models, budget }, undefined);
  expect(capped.dayMicros).toBeLessThanOrEqual(dayMicros);
  expect(capped.exitCodes).not.toEqual([0, 0]);
});
