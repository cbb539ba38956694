import { describe, expect, test } from "vitest";

import { noon, run } from "../view/fixtures.ts";
import { engineOwner } from "./fake-ledger.ts";
import { openStore } from "./open-store.ts";

describe("the engine", () => {
  test("its death is said within a second", async () => {
    let dead = false;
    const { clock, store } = await openStore(
      (of) => {
        of.run = run({ id: "run1" });
        of.lease = { owner: engineOwner, untilMs: noon + 3_600_000 };
      },
      { isDeadByPid: () => dead },
    );
    let told = 0;
    store.subscribe("run", "", () => (told += 1));
    expect(store.getSnapshot("run", "").engine).toBe("alive");
    dead = true;
    await clock.pass(999);
    expect(store.getSnapshot("run", "").engine).toBe("died");
    expect(told).toBe(1);
    dead = false;
    await clock.pass(999);
    expect(store.getSnapshot("run", "").engine).toBe("alive");
  });

  test("a lease that ran out is death too, an ended run is not", async () => {
    const { clock, ledger, store } = await openStore((of) => {
      of.run = run({ id: "run1" });
      of.lease = { owner: engineOwner, untilMs: noon + 5_000 };
    });
    await clock.pass(4_000);
    expect(store.getSnapshot("run", "").engine).toBe("alive");
    await clock.pass(2_000);
    expect(store.getSnapshot("run", "").engine).toBe("died");
    ledger.run = run({ id: "run1", state: "ended", endedAt: noon + 6_000 });
    ledger.happen({ type: "run.ended", data: { exitCode: 0, state: "ended", summary: null } });
    await clock.pass(100);
    expect(store.getSnapshot("run", "").engine).toBe("absent");
    ledger.reads.clear();
    await clock.pass(60_000);
    expect(ledger.count("holder")).toBe(0);
  });

  test("one that begins between two looks is not called dead", async () => {
    const { clock, ledger, store } = await openStore((of) => {
      of.run = run({ id: "run1", state: "stopped", endedAt: noon });
    });
    let looks = 0;
    Object.assign(ledger.leases, {
      holder: () => {
        looks += 1;
        // It has its lease and its run right after the first look.
        ledger.run = run({ id: "run1" });
        return Promise.resolve(looks === 1 ? null : { owner: engineOwner, untilMs: noon + 60_000 });
      },
    });
    const seen: string[] = [];
    store.subscribe("run", "", () => seen.push(store.getSnapshot("run", "").engine));
    await clock.pass(2_000);
    expect(seen).toEqual(["alive"]);
  });
});
