import { FencedWriter } from "../../src/engine/writing/fenced-writer.ts";
import type { OpenLedger } from "../../state/open-ledger.ts";
import { owner, repository, run } from "../state/sample.ts";

/** Writes what becomes of a task's calls, as the engine that has its lease. */
export async function callWriter(ledger: OpenLedger, task: string) {
  const fence = await ledger.leases.claim({ repository, task, owner: owner(1), untilMs: 1e9, isDead: () => false });
  if (fence === null) throw new Error("somebody else has the task");
  return Object.assign(new FencedWriter(ledger, fence, run), { risk: "low" as const });
}
