import { expect, test } from "vitest";

import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { taskSpec } from "./backlogs.ts";
import { dieAtEveryCommit } from "./every-commit.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";
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

async function states(world: World): Promise<readonly string[]> {
  return (await world.ledger.tasks.list(repository)).map(({ id, state, generation }) => `${id} ${state} ${generation}`);
}

test("a merge that turned a check red is done again and merges, whichever commit an engine dies at", async () => {
  const { commits, told } = await dieAtEveryCommit(
    () => brokenWorld("reopen"),
    after,
    async (world) => ({
      states: await states(world),
      events: (await world.ledger.log.since(0, { types: ["regression.found", "outcome.corrected"] })).map(
        ({ type }) => type,
      ),
    }),
  );
  expect(told).toEqual({
    states: ["A DONE 1", "B DONE 2", "C DONE 1", "D DONE 1"],
    events: ["regression.found", "outcome.corrected", "outcome.corrected"],
  });
  expect(commits).toBeGreaterThan(20);
}, 300_000);
