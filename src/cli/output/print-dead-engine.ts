import { brand } from "../../domain/brand.ts";
import type { RunRow } from "../../domain/rows.ts";
import { runningEngine } from "../running/engine-lease.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

/** Says it where a run is written down as running and nobody runs it: killed, or the machine went down. */
export async function printDeadEngine(
  { ledger, program, repository }: RepositoryContext,
  run: RunRow | null,
): Promise<void> {
  if (run?.state !== "running") return;
  if ((await runningEngine(ledger, repository.id, program.clock.now())) !== null) return;
  program.out.line(`nobody runs this now, its engine died; go on: ${brand.bin} run`);
}
