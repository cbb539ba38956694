import { brand } from "../../domain/brand.ts";
import type { RunRow } from "../../domain/rows.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { haveLooked } from "../wiring/looked.ts";
import { printEnd } from "./print-end.ts";

/** What stays on the main screen after the other one was left: how the run is, and how to come back. The answer is an exit code. */
export async function printAfterScreen(context: RepositoryContext): Promise<number> {
  const { program, ledger, repository } = context;
  // In this order: what an engine takes meanwhile stands in its run afterwards.
  const stops = (await ledger.decisions.pending(repository.id)).some(({ command }) => command.kind === "stop");
  const run = await lastRun(ledger, repository.id);
  if (run === null) return 0;
  const engine = await runningEngine(ledger, repository.id, program.clock.now());
  const behind = behindScreen(run, { engine: engine !== null, stops });
  await printEnd(context, run.id, behind !== "over");
  await haveLooked(context, [repository.id], await ledger.log.head());
  if (behind === "over") return run.state === "running" ? 1 : (run.exitCode ?? 0);
  if (behind === "stopping") program.out.line(`the run is stopping; ${brand.bin} resume goes on with it`);
  else program.out.line(`the run goes on in the background: ${brand.bin} watch shows it, ${brand.bin} stop ends it`);
  return 0;
}

/** How the run of a screen that was left is; an engine lives a moment longer than its run. */
export function behindScreen(
  run: Pick<RunRow, "state" | "stopping">,
  { engine, stops }: { readonly engine: boolean; readonly stops: boolean },
): "over" | "stopping" | "goes_on" {
  if (!engine || run.state === "stopped" || run.state === "ended") return "over";
  return stops || run.stopping !== "no" ? "stopping" : "goes_on";
}
