import { expect, test, vi } from "vitest";

import { LedgerFault } from "../../state/connection/ledger-fault.ts";
import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { backlogOf, modelSettings, taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { longLife, World } from "./world.ts";

test("an engine whose lease can no longer be written ends its agents and says why", async () => {
  const world = new World({
    seed: "full",
    settings: {
      ...defaultSettings,
      models: [modelSettings("one", { adapter: "claude-code" })],
      git: { ...defaultSettings.git, base: "main" },
    },
    around: {
      mood: () => ({ ...goodMood, slow: 1 }),
      notices: () => ({ late: 0, doubled: 0, lost: 0 }),
      gitMs: 100,
      isDead: () => true,
      faults: () => ({ git: 0, red: 0 }),
    },
  });
  const { clock, ledger, machine } = world;
  const isAtWork = (): boolean => machine.agents.some(({ state }) => state === "running");
  world.start(backlogOf([taskSpec("A")]), longLife, { linger: false, noWait: false, yesTo: [] }, () => {});
  await clock.run(isAtWork, clock.now() + 3_600_000);
  expect(isAtWork()).toBe(true);
  vi.spyOn(ledger.leases, "renew").mockRejectedValue(new LedgerFault("full", "ledger.db", "the disk is full"));
  await clock.run(() => world.violations.length > 0, clock.now() + 3_600_000);
  expect(world.violations).toEqual([expect.stringContaining("the disk is full")]);
  expect(isAtWork()).toBe(false);
});
