import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { passUntil, playedIn, quietWorld, startIn } from "./quiet-world.ts";
import { repository } from "./world.ts";

/** Where tasks begin, or are done, in the log. */
const movesOf = (
  events: readonly RecordedEvent[],
  tasks: readonly string[],
  what: "begin" | "end",
): readonly number[] =>
  events.flatMap((event) =>
    event.type === "task.moved" &&
    tasks.includes(event.task ?? "") &&
    (what === "begin" ? event.data.from === "NEW" : event.data.to === "DONE")
      ? [event.pos]
      : [],
  );

test.each(["waves", "ready"] as const)(
  "by %s a task waits for those before it, or for its own needs alone",
  async (schedule) => {
    const limits = { ...defaultSettings.limits, parallel: 4, schedule };
    const world = quietWorld("waves", { limits });
    const tasks = [taskSpec("A"), taskSpec("B"), taskSpec("C", { needs: ["A"] }), taskSpec("D", { needs: ["B"] })];
    const events = await playedIn(world, tasks);
    expect(world.violations).toEqual([]);
    const lastEnd = Math.max(...movesOf(events, ["A", "B"], "end"));
    const [firstBegin = 0, secondBegin = 0] = movesOf(events, ["C", "D"], "begin");
    expect(secondBegin).toBeGreaterThan(lastEnd);
    expect(firstBegin > lastEnd).toBe(schedule === "waves");
  },
);

test("what an agent had written when the run was stopped is kept as a snapshot", async () => {
  const world = quietWorld("stop", {}, { mood: () => ({ ...goodMood, slow: 1 }) });
  const { ledger, machine, clock, disk } = world;
  const running = startIn(world, [taskSpec("A")]);
  await passUntil(world, () => machine.agents.some(({ wrote }) => wrote.size > 0));
  const actor = { kind: "person", name: "anna", pid: null } as const;
  const stop = { id: "c1", command: { kind: "stop", now: true }, actor, givenAt: clock.now() } as const;
  await ledger.decisions.give(repository, null, stop);
  await passUntil(world, () => running.end !== null);
  const made = await ledger.log.since(0, { types: ["snapshot.made"] });
  expect(made.map(({ data }) => data)).toMatchObject([{ reason: "stopped" }]);
  const [first] = made;
  const kept = first?.type === "snapshot.made" ? disk.filesOf(first.data.commit) : new Map<string, string>();
  const wrote = machine.agents.flatMap((agent) => [...agent.wrote]);
  expect(wrote.length).toBeGreaterThan(0);
  for (const [path, text] of wrote) expect(kept.get(path)).toBe(text);
});

test("a call that died with its engine has ended, is no try, and goes on in its session under the same number", async () => {
  const models = [modelSettings("one", { adapter: "acp", billing: "metered" })];
  const world = quietWorld("crash", { models });
  const { machine, ledger } = world;
  const running = startIn(world, [taskSpec("A")]);
  await passUntil(world, () => machine.agents.some(({ wrote }) => wrote.size > 0));
  running.life.die();
  const events = await playedIn(world, [taskSpec("A")]);
  expect(world.violations).toEqual([]);
  const [{ call } = {}] = events.filter(({ type }) => type === "call.started");
  const told = events.filter((event) => event.call === call && event.type.startsWith("attempt."));
  const [session] = told.flatMap((event) => (event.type === "attempt.session" ? [event.data.session] : []));
  const starts = told.flatMap((event) => (event.type === "attempt.started" ? [event.data] : []));
  const ends = told.flatMap((event) => (event.type === "attempt.ended" ? [event.data] : []));
  expect(session).toBeDefined();
  expect(starts).toMatchObject([
    { attempt: 1, rerun: 0, session: null },
    { attempt: 1, rerun: 1, session },
  ]);
  expect(ends).toMatchObject([
    { attempt: 1, rerun: 0, outcome: "crashed", counted: false, cost: { source: "unsettled" }, session },
    { attempt: 1, rerun: 1, outcome: "success", counted: true },
  ]);
  expect(await ledger.calls.unended(repository)).toEqual([]);
});

/** The events of calls that work on a step, of an engine that died in one and its successor, with the step of each call. */
async function inSteps(seed: string) {
  const models = [modelSettings("one", { adapter: "acp", billing: "metered" })];
  const world = quietWorld(seed, { models }, { mood: () => ({ ...goodMood, error: 0.3 }) });
  const tasks = [taskSpec("A", { mode: "three-loop", risk: "high" })];
  const running = startIn(world, tasks);
  const isInStep = (): boolean =>
    world.machine.agents.some(({ spec, state }) => spec.step !== null && state === "running");
  await passUntil(world, () => isInStep() || running.end !== null);
  running.life.die();
  const events = await playedIn(world, tasks);
  const steps = new Map<string, string>();
  for (const event of events) {
    const step = event.type === "call.started" ? /\/(S\d+)\//.exec(event.data.key)?.[1] : undefined;
    if (step !== undefined && event.call !== undefined) steps.set(event.call, step);
  }
  return events.flatMap(({ type, call, step }) => {
    const wanted = steps.get(call ?? "");
    return wanted === undefined ? [] : [{ type, step, wanted }];
  });
}

test("every event of a call that works on a step says which, whatever becomes of the call", async () => {
  const types = new Set<string>();
  for (const seed of ["a", "b", "c"]) {
    for (const { type, step, wanted } of await inSteps(seed)) {
      expect([type, step]).toEqual([type, wanted]);
      types.add(type);
    }
  }
  const attempts = ["started", "spawned", "session", "ended"].map((what) => `attempt.${what}`);
  const all = [...attempts, "call.started", "call.retried", "call.ended", "budget.reserved", "budget.settled"];
  expect([...types]).toEqual(expect.arrayContaining([...all, "route.decided"]));
});
