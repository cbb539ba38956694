import { expect, test } from "vitest";

import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { backlogOf, taskSpec } from "./backlogs.ts";
import { longLife, type Fate } from "./host.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";
import { Watch } from "./watch.ts";
import { repository, type World } from "./world.ts";

const checks = ["lint", "unit"].map((name) => ({ ...checkDefaults, name, run: name }));
const before = [
  taskSpec("A"),
  taskSpec("B", { checks: ["lint"], needs: ["A"] }),
  taskSpec("C", { checks: ["lint"], needs: ["B"] }),
];
const after = [...before, taskSpec("D")];

/** A world in which `unit` says no to what B brought first, and B, which does not run it, is merged. */
async function brokenWorld(regressions: NonNullable<Settings["regressions"]>): Promise<World> {
  let first: string | null = null;
  const redAt = (tree: string, check: string): boolean => {
    const own = /\["own\/B\.txt","((?:[^"\\]|\\.)*)"\]/.exec(tree)?.[1];
    if (own === undefined || check !== "unit") return false;
    first ??= own;
    return own === first;
  };
  const world = quietWorld("regression", { checks, regressions }, { faults: () => ({ git: 0, red: 0, redAt }) });
  const running = startIn(world, before);
  await passUntil(world, () => running.end !== null);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 0 });
  return world;
}

/** Plays the later run to its end, the first engine of it with a fate of its own. */
async function played(world: World, fate: Fate): Promise<number | null> {
  const ends: (number | null)[] = [];
  const start = (one: Fate): void => {
    const { life } = world.start(backlogOf(after), one, { linger: false, noWait: false, yesTo: [] }, ({ end }) => {
      if (end?.kind === "ended") ends.push(end.exitCode);
    });
    life.onDeath(() => start(longLife));
  };
  start(fate);
  await passUntil(world, () => ends.length > 0);
  return ends[0] ?? null;
}

async function states(world: World): Promise<readonly string[]> {
  return (await world.ledger.tasks.list(repository)).map(({ id, state, generation }) => `${id} ${state} ${generation}`);
}

test("a merge that turned a check red is done again and merges, whichever commit an engine dies at", async () => {
  let commits = Infinity;
  for (let n = 0; n <= commits; n += 1) {
    const world = await brokenWorld("reopen");
    const watch = new Watch(world, 8_000);
    const fate: Fate = n === 0 ? longLife : { dieAtCommit: { n, when: n % 2 === 0 ? "before" : "after" } };
    const exitCode = await played(world, fate);
    const second = world.lives[1]?.life;
    if (n === 0 && second !== undefined) commits = world.host.commitsOf(second);
    expect([n, exitCode, ...(await watch.atEnd(exitCode))]).toEqual([n, 0]);
    expect(await states(world)).toEqual(["A DONE 1", "B DONE 2", "C DONE 1", "D DONE 1"]);
    const events = await world.ledger.log.since(0, { types: ["regression.found", "outcome.corrected"] });
    expect([n, ...events.map(({ type }) => type)]).toEqual([
      n,
      "regression.found",
      "outcome.corrected",
      "outcome.corrected",
    ]);
  }
  expect(commits).toBeGreaterThan(20);
}, 300_000);
