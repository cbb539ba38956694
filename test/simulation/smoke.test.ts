import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { backlogOf, modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { longLife, repository, World } from "./world.ts";

test("two tasks go from NEW to DONE when nothing is in the way", async () => {
  const models = [modelSettings("one", {}), modelSettings("two", { adapter: "claude-code" })];
  const settings = { ...defaultSettings, models, git: { ...defaultSettings.git, base: "main" } };
  const world = new World({
    seed: "smoke",
    settings,
    around: {
      mood: () => goodMood,
      notices: () => ({ late: 0, doubled: 0, lost: 0 }),
      gitMs: 100,
      isDead: () => false,
      faults: () => ({ git: 0, red: 0 }),
    },
  });
  const backlog = backlogOf([taskSpec("A"), taskSpec("B", { mode: "three-loop", risk: "medium", needs: ["A"] })]);
  const running = world.start(backlog, longLife, { linger: false, noWait: false, yesTo: [] }, () => {});
  await world.clock.run(() => running.end !== null || world.violations.length > 0, world.clock.now() + 3_600_000);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 0 });
  const rows = await world.ledger.tasks.list(repository);
  expect(rows.map(({ id, state }) => [id, state])).toEqual([
    ["A", "DONE"],
    ["B", "DONE"],
  ]);
  expect(world.ledger.checkIntegrity()).toEqual([]);
});
