import { expect, test } from "vitest";

import { defaultSettings } from "../../../src/backlog/settings-defaults.ts";
import { Chooser } from "../../../src/engine/call/chooser.ts";
import { modelSettings } from "../../simulation/backlogs.ts";
import { event, hold, openMemory, repository, run, started } from "../../state/sample.ts";

const soon = 60_000;

/** Whether a model of the account `max` may be asked while this is held, and once it is over. */
async function admitted(target: Parameters<typeof hold>[1]) {
  const { ledger, clock } = openMemory();
  await started(ledger, "A");
  const models = [modelSettings("opus", { account: "max", provider: "p" })];
  const wait = (): Promise<void> => Promise.resolve();
  const parts = {
    ledger,
    clock: { now: () => clock.now(), wait },
    settings: () => ({ ...defaultSettings, models }),
    adapters: new Map(),
  };
  const held = event("hold.set", { hold: hold("h", { untilMs: clock.now() + soon, ...target }) });
  await ledger.log.append({ repository, run, events: [held] });
  const ask = async (): Promise<boolean> => !(await new Chooser(parts).isHeld("opus"));
  const before = await ask();
  clock.ms += soon;
  return [before, await ask()];
}

test("a hold that came while a call waited for its place keeps it from being made, until it is over", async () => {
  expect(await admitted({ scope: "account", target: "max" })).toEqual([false, true]);
  expect(await admitted({ scope: "model", target: "opus" })).toEqual([false, true]);
  expect(await admitted({ scope: "provider", target: "p" })).toEqual([false, true]);
  expect(await admitted({ scope: "account", target: "max", untilMs: null })).toEqual([false, false]);
  expect(await admitted({ scope: "account", target: "another" })).toEqual([true, true]);
});
