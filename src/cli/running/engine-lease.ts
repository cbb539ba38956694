import type { RepositoryId } from "../../domain/ids.ts";
import type { OwnerIdentity } from "../../engine/ports/leases.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { isAlive, isDeadByPid, isReachable, readIdentity } from "../../processes/identity.ts";

/** Who runs a repository now; null: nobody. */
export async function runningEngine(
  ledger: Ledger,
  repository: RepositoryId,
  nowMs: number,
): Promise<OwnerIdentity | null> {
  const holder = await ledger.leases.holder(repository, "");
  if (holder === null || holder.untilMs <= nowMs) return null;
  return isDeadByPid(holder.owner, await readIdentity()) ? null : holder.owner;
}

/** An engine whose run is open and whose process lives, though it has let its lease run out: it does not turn, or has just woken. */
export async function silentEngine(ledger: Ledger, repository: RepositoryId): Promise<OwnerIdentity | null> {
  const [run] = await ledger.runs.runs(repository, 1);
  const holder = run?.state === "running" ? await ledger.leases.holder(repository, "") : null;
  if (holder === null || !isReachable(holder.owner, await readIdentity())) return null;
  return isAlive(holder.owner) ? holder.owner : null;
}
