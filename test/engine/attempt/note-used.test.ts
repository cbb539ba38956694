import { expect, test } from "vitest";

import type { UsedWindow } from "../../../src/domain/account-use.ts";
import { UsedWindows } from "../../../src/engine/attempt/note-used.ts";
import { openMemory } from "../../state/sample.ts";

const window = (share: number, name = "5h"): UsedWindow => ({ name, share, resetAtMs: 18_000_000 });

test("a program that tells its windows with each answer fills no ledger: a hundred lines a window at most", async () => {
  const { ledger, clock } = openMemory();
  const used = new UsedWindows({ ledger, clock, settings: () => ({ accounts: {} }) });
  for (let n = 0; n <= 5_000; n += 1) await used.note("max", [window(n / 5_000), window(0.5, "7d")], false);
  const events = await ledger.log.since(0, { types: ["account.used"] });
  expect(events.length).toBeLessThanOrEqual(101);
  const { windows } = await ledger.account.use(0);
  expect(windows.map(({ account, name, at }) => [account, name, at])).toEqual([
    ["max", "5h", clock.now()],
    ["max", "7d", clock.now()],
  ]);
  expect(windows[0]?.share).toBeGreaterThan(0.98);
  expect(windows[1]).toMatchObject({ share: 0.5, resetAtMs: 18_000_000 });
});

test("that what is kept has been reached is written down at once", async () => {
  const { ledger, clock } = openMemory();
  const settings = { accounts: { max: { keep: 0.3 } } };
  const used = new UsedWindows({ ledger, clock, settings: () => settings });
  await used.note("max", [window(0.698)], false);
  expect(await ledger.account.holds(undefined, { settings, nowMs: 0 })).toEqual([]);
  await used.note("max", [window(0.701)], false);
  expect(await ledger.account.holds(undefined, { settings, nowMs: 0 })).toMatchObject([
    { scope: "account", target: "max", untilMs: 18_000_000 },
  ]);
  expect(clock.now()).toBeGreaterThan(0);
});

const minuteMs = 60_000;
const keeping = { accounts: { max: { keep: 0.3 } } };

test("a share without an end is believed for as long as it is told, and an hour more", async () => {
  const { ledger, clock } = openMemory();
  const used = new UsedWindows({ ledger, clock, settings: () => keeping });
  const endless = { name: "5h", share: 0.8, resetAtMs: null };
  const held = async (): Promise<number> =>
    (await ledger.account.holds(undefined, { settings: keeping, nowMs: clock.now() })).length;
  for (let n = 0; n < 20; n += 1) {
    await used.note("max", [endless], false);
    expect(await held()).toBe(1);
    clock.ms += 7 * minuteMs;
  }
  expect((await ledger.log.since(0, { types: ["account.used"] })).length).toBeLessThan(12);
  clock.ms += 60 * minuteMs;
  expect(await held()).toBe(0);
});

test("a program that makes up windows without end fills no ledger", async () => {
  const { ledger, clock } = openMemory();
  const used = new UsedWindows({ ledger, clock, settings: () => keeping });
  for (let n = 0; n < 500; n += 1) await used.note("max", [window(0.5, `made up ${n}`)], false);
  await used.note("other", [window(0.5)], false);
  const again = new UsedWindows({ ledger, clock, settings: () => keeping });
  for (let n = 0; n < 500; n += 1) await again.note("max", [window(0.5, `again ${n}`)], false);
  const { windows } = await ledger.account.use(0);
  expect(windows.filter(({ account }) => account === "max")).toHaveLength(12);
  expect(windows.filter(({ account }) => account === "other")).toHaveLength(1);
});

test("an engine that reads the output of a call from its beginning does not take what was told then for what is", async () => {
  const { ledger, clock } = openMemory();
  const dead = new UsedWindows({ ledger, clock, settings: () => keeping });
  await dead.note("max", [window(0.75)], false);
  clock.ms += minuteMs;
  const next = new UsedWindows({ ledger, clock, settings: () => keeping });
  await next.note("max", [window(0.2)], true);
  await next.note("max", [{ ...window(0.9), resetAtMs: 1 }], true);
  const share = async (): Promise<unknown> => (await ledger.account.use(0)).windows.map((one) => one.share);
  expect(await share()).toEqual([0.75]);
  await next.note("max", [window(0.8)], true);
  expect(await share()).toEqual([0.8]);
  // What is told now may be less: its user may have bought more.
  await next.note("max", [window(0.4)], false);
  expect(await share()).toEqual([0.4]);
});
