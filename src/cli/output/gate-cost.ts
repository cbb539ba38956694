import type { RepositoryId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";

/** A check with how long it took last; null: it never ran here. */
export interface CheckTime {
  readonly name: string;
  readonly lastMs: number | null;
}

/** What a task pays that touches tests or other inputs of its gate: each check that reads them runs once more. */
export async function gateCost(
  ledger: Ledger,
  repository: RepositoryId,
  settings: Settings,
): Promise<readonly CheckTime[]> {
  const last = new Map<string, number>();
  for (const event of await ledger.log.since(0, { repository, types: ["check.ended", "base.measured"] })) {
    if (event.type === "check.ended") last.set(event.data.name, event.data.durationMs);
    else if (event.type === "base.measured")
      for (const { name, durationMs } of event.data.checks) last.set(name, durationMs);
  }
  return settings.checks.map(({ name }) => ({ name, lastMs: last.get(name) ?? null }));
}
