import { eventPrinter, type EventFormat } from "../output/print-events.ts";
import { sayEnd } from "../output/say-end.ts";
import { sayStart } from "../output/say-start.ts";
import { lastRun, type RepositoryGround } from "../wiring/ground.ts";
import { followRun } from "./follow-run.ts";
import { hostEngine, type EngineRequest } from "./host-engine.ts";
import { stopOnSignals } from "./stop-signals.ts";

/**
 * Runs the engine in this process and prints what happens. The first signal stops it at once and keeps everything, the second
 * ends this process. Where another engine has the repository, that one is followed.
 */
export async function runForeground(
  ground: RepositoryGround,
  request: EngineRequest,
  format: EventFormat,
): Promise<number> {
  const { program } = ground;
  await sayStart(ground, request, format === "json" ? program.err : program.out);
  const signals = stopOnSignals(ground);
  try {
    const end = await hostEngine(ground, request, {
      started: signals.started,
      opened: signals.opened,
      events: eventPrinter(program, format),
    });
    if (end.kind === "ended") {
      if (format === "plain") await sayEnd(ground, end.run);
      return end.exitCode;
    }
  } finally {
    signals.off();
  }
  const run = await lastRun(ground.ledger, ground.repository.id);
  if (run === null) return 1;
  program.err.line("another engine runs this repository; following it");
  return await followRun(ground, run.id, format);
}
