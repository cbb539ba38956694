import { expect, test } from "vitest";

import { modelSettings, taskSpec } from "./backlogs.ts";
import { playedIn, quietWorld } from "./quiet-world.ts";
import { repository } from "./world.ts";

test("two tasks go from NEW to DONE when nothing is in the way", async () => {
  const models = [modelSettings("one", {}), modelSettings("two", { adapter: "claude-code" })];
  const world = quietWorld("smoke", { models });
  await playedIn(world, [taskSpec("A"), taskSpec("B", { mode: "three-loop", risk: "medium", needs: ["A"] })]);
  expect(world.violations).toEqual([]);
  expect(world.lives[0]?.end).toMatchObject({ kind: "ended", exitCode: 0 });
  const rows = await world.ledger.tasks.list(repository);
  expect(rows.map(({ id, state }) => [id, state])).toEqual([
    ["A", "DONE"],
    ["B", "DONE"],
  ]);
  expect(world.ledger.checkIntegrity()).toEqual([]);
});
