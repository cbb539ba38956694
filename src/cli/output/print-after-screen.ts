import { brand } from "../../domain/brand.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { haveLooked } from "../wiring/looked.ts";
import { printEnd } from "./print-end.ts";

/** What stays on the main screen after the other one was left: how the run is, and how to come back. The answer is an exit code. */
export async function printAfterScreen(context: RepositoryContext): Promise<number> {
  const { program, ledger, repository } = context;
  const run = await lastRun(ledger, repository.id);
  if (run === null) return 0;
  const engine = await runningEngine(ledger, repository.id, program.clock.now());
  await printEnd(context, run.id);
  await haveLooked(context, [repository.id], await ledger.log.head());
  if (engine === null) return run.state === "running" ? 1 : (run.exitCode ?? 0);
  const stops = (await ledger.decisions.pending(repository.id)).some(({ command }) => command.kind === "stop");
  if (stops || run.stopping !== "no") program.out.line(`the run is stopping; ${brand.bin} resume goes on with it`);
  else program.out.line(`the run goes on in the background: ${brand.bin} watch shows it, ${brand.bin} stop ends it`);
  return 0;
}
