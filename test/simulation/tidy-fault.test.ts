import { expect, test, vi } from "vitest";

import { LedgerFault } from "../../state/connection/ledger-fault.ts";
import type { Actor } from "../../src/domain/question.ts";
import { taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";
import { repository, type World } from "./world.ts";

const anna: Actor = { kind: "person", name: "anna", pid: null };
const tasks = [taskSpec("A"), taskSpec("B")];
const isAtWork = ({ machine }: World): boolean => machine.agents.some(({ state }) => state === "running");

/** A world in which an agent is at work; no git command works from then on, where `git` is "out". */
async function atWork(git: "works" | "out") {
  let isOut = false;
  const mood = () => ({ ...goodMood, slow: 1 });
  const world = quietWorld("tidy", {}, { mood, faults: () => ({ git: isOut ? 1 : 0, red: 0 }) });
  const running = startIn(world, tasks);
  await passUntil(world, () => isAtWork(world));
  isOut = git === "out";
  return { world, running };
}

test("a run is stopped though nothing can be kept as a snapshot", async () => {
  const { world, running } = await atWork("out");
  void running.engine.stop(true, anna);
  await passUntil(world, () => running.end !== null);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 130 });
  const notes = await world.ledger.log.since(0, { types: ["note"] });
  expect(notes.map((event) => (event.type === "note" ? event.data.text : ""))).toContainEqual(
    expect.stringContaining("its worktree was not kept as a snapshot"),
  );
  expect(isAtWork(world)).toBe(false);
});

test("a task is given up though what it runs cannot be ended", async () => {
  const { world, running } = await atWork("out");
  const { clock, ledger, machine } = world;
  running.life.die();
  const next = startIn(world, tasks);
  for (const { id: task } of tasks)
    await ledger.decisions.give(repository, null, {
      id: `abort ${task}`,
      command: { kind: "abort", task, reason: "no more" },
      actor: anna,
      givenAt: clock.now(),
    });
  await passUntil(world, () => next.end !== null);
  expect(world.violations).toEqual([]);
  expect(next.end).toMatchObject({ kind: "ended", exitCode: 1 });
  expect((await ledger.tasks.list(repository)).map(({ state }) => state)).toEqual(["FAILED", "FAILED"]);
  expect(machine.agents.length).toBeGreaterThan(0);
});

test("an engine whose lease can no longer be written ends its agents and says why", async () => {
  const { world } = await atWork("works");
  vi.spyOn(world.ledger.leases, "renew").mockRejectedValue(new LedgerFault("full", "ledger.db", "the disk is full"));
  await passUntil(world, () => false);
  expect(world.violations).toEqual([expect.stringContaining("the disk is full")]);
  expect(isAtWork(world)).toBe(false);
});
