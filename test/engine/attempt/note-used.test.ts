import { expect, test } from "vitest";

import type { UsedWindow } from "../../../src/domain/account-use.ts";
import { UsedWindows } from "../../../src/engine/attempt/note-used.ts";
import { openMemory } from "../../state/sample.ts";

const window = (share: number, name = "5h"): UsedWindow => ({ name, share, resetAtMs: 18_000_000 });

test("a program that tells its windows with each answer fills no ledger: a hundred lines a window at most", async () => {
  const { ledger, clock } = openMemory();
  const used = new UsedWindows({ ledger, settings: () => ({ accounts: {} }) });
  for (let n = 0; n <= 5_000; n += 1) await used.note("max", [window(n / 5_000), window(0.5, "7d")]);
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
  const used = new UsedWindows({ ledger, settings: () => settings });
  await used.note("max", [window(0.698)]);
  expect(await ledger.account.holds(undefined, { settings, nowMs: 0 })).toEqual([]);
  await used.note("max", [window(0.701)]);
  expect(await ledger.account.holds(undefined, { settings, nowMs: 0 })).toMatchObject([
    { scope: "account", target: "max", untilMs: 18_000_000 },
  ]);
  expect(clock.now()).toBeGreaterThan(0);
});
