import { brand } from "../../domain/brand.ts";
import type { RunRow } from "../../domain/rows.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { engineSaid } from "../running/engine-said.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

/** Says it where a run is written down as running and nobody runs it: killed, or the machine went down. */
export async function printDeadEngine(context: RepositoryContext, run: RunRow | null): Promise<void> {
  const { ledger, program, repository } = context;
  if (run?.state !== "running") return;
  if ((await runningEngine(ledger, repository.id, program.clock.now())) !== null) return;
  const why = await engineSaid(context);
  if (why !== null) program.out.line(`the engine ended: ${why}`);
  program.out.line(`nobody runs this now, its engine died; go on: ${brand.bin} run`);
}
