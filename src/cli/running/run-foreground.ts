import { faultText } from "../../domain/fatal-fault.ts";
import { printEnd } from "../output/print-end.ts";
import { eventPrinter, type EventFormat } from "../output/print-events.ts";
import { printStart } from "../output/print-start.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { beginEngineLog, keepLastWords } from "./engine-said.ts";
import { followRun } from "./follow-run.ts";
import { hostEngine, type EngineRequest } from "./host-engine.ts";
import { stopOnSignals } from "./stop-signals.ts";

/**
 * Runs the engine in this process and prints what happens. The first signal stops it at once and keeps everything, the second
 * ends this process. Where another engine has the repository, that one is followed.
 */
export async function runForeground(
  context: RepositoryContext,
  request: EngineRequest,
  format: EventFormat,
): Promise<number> {
  const { program } = context;
  await printStart(context, request, format === "json" ? program.err : program.out);
  const signals = stopOnSignals(context, ["end-children"]);
  let hasRun = false;
  try {
    const end = await hostEngine(context, request, {
      started: signals.started,
      opened: (run) => {
        hasRun = run !== null;
        if (hasRun) beginLog(context);
        signals.opened();
      },
      events: eventPrinter(program, format),
    });
    if (end.kind === "ended") {
      if (format === "plain") await printEnd(context, end.run);
      return end.exitCode;
    }
  } catch (error) {
    // The log is that of the engine that has the repository.
    if (hasRun) keepLastWords(context, error, false);
    throw error;
  } finally {
    signals.off();
  }
  const run = await lastRun(context.ledger, context.repository.id);
  if (run === null) return 1;
  program.err.line("another engine runs this repository; following it");
  return await followRun(context, run.id, format);
}

/** Where it cannot be, the end is said on standard error alone. */
function beginLog({ paths, repository, program }: RepositoryContext): void {
  try {
    beginEngineLog(paths.engineLog(repository.id));
  } catch (error) {
    program.err.line(`the engine keeps no log: ${faultText(error)}`);
  }
}
