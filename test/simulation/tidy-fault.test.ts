import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { Actor } from "../../src/domain/question.ts";
import { backlogOf, modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { longLife, repository, World } from "./world.ts";

const anna: Actor = { kind: "person", name: "anna", pid: null };

/** A world in which an agent is at work, and no git command works any more. */
async function withoutGit(): Promise<{ readonly world: World; readonly running: ReturnType<World["start"]> }> {
  let git = 0;
  const world = new World({
    seed: "tidy",
    settings: {
      ...defaultSettings,
      models: [modelSettings("one", { adapter: "claude-code" })],
      git: { ...defaultSettings.git, base: "main" },
    },
    around: {
      mood: () => ({ ...goodMood, slow: 1 }),
      notices: () => ({ late: 0, doubled: 0, lost: 0 }),
      gitMs: 10,
      isDead: () => true,
      faults: () => ({ git, red: 0 }),
    },
  });
  const running = world.start(
    backlogOf([taskSpec("A"), taskSpec("B")]),
    longLife,
    { linger: false, noWait: false, yesTo: [] },
    () => undefined,
  );
  const { clock, machine } = world;
  await clock.run(() => machine.agents.some(({ state }) => state === "running"), clock.now() + 3_600_000);
  git = 1;
  return { world, running };
}

const notes = async ({ ledger }: World): Promise<readonly string[]> =>
  (await ledger.log.since(0, { types: ["note"] })).map((event) => (event.type === "note" ? event.data.text : ""));

test("a run is stopped though nothing can be kept as a snapshot", async () => {
  const { world, running } = await withoutGit();
  void running.engine.stop(true, anna);
  await world.clock.run(() => running.end !== null || world.violations.length > 0, world.clock.now() + 3_600_000);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 130 });
  expect(await notes(world)).toContainEqual(expect.stringContaining("its worktree was not kept as a snapshot"));
  expect(world.machine.agents.some(({ state }) => state === "running")).toBe(false);
});

test("a task is given up though what it runs cannot be ended", async () => {
  const { world, running } = await withoutGit();
  const { clock, ledger, machine } = world;
  running.life.die();
  const next = world.start(
    backlogOf([taskSpec("A"), taskSpec("B")]),
    longLife,
    { linger: false, noWait: false, yesTo: [] },
    () => undefined,
  );
  for (const task of ["A", "B"])
    await ledger.decisions.give(repository, null, {
      id: `abort ${task}`,
      command: { kind: "abort", task, reason: "no more" },
      actor: anna,
      givenAt: clock.now(),
    });
  await clock.run(() => next.end !== null || world.violations.length > 0, clock.now() + 3_600_000);
  expect(world.violations).toEqual([]);
  expect(next.end).toMatchObject({ kind: "ended", exitCode: 1 });
  expect((await ledger.tasks.list(repository)).map(({ state }) => state)).toEqual(["FAILED", "FAILED"]);
  expect(machine.agents.length).toBeGreaterThan(0);
});
