import { existsSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import { openLedger } from "../../state/open-ledger.ts";
import { runningEngine } from "../../src/cli/running/engine-lease.ts";
import { brand } from "../../src/domain/brand.ts";
import { systemClock } from "../../src/processes/clock.ts";
import type { Hand } from "./at-hand.ts";
import { until } from "../until.ts";

/** The engine that works for a hand; null: none does. */
export async function engineOf(hand: Hand): Promise<number | null> {
  const path = join(hand.home, "state", "ledger.db");
  if (!existsSync(path)) return null;
  const ledger = openLedger({ path, mode: "client", clock: systemClock, random: Math.random });
  try {
    const id = hand.git("config", "--local", "--get", brand.gitConfigKey).trim();
    return (await runningEngine(ledger, id, Date.now()))?.pid ?? null;
  } finally {
    ledger.close();
  }
}

/** Stops what a failed test left running. */
export function stopAfter(hand: Hand): void {
  onTestFinished(async () => {
    await hand.say("stop", "--now");
    await until("the engine's end", async () => (await engineOf(hand)) === null);
  });
}
