import type { RepositoryId } from "../../domain/ids.ts";
import type { OwnerIdentity } from "../../engine/ports/leases.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { isDeadByPid, readIdentity } from "../../processes/identity.ts";

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
