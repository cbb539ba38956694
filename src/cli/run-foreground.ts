import type { Engine } from "../engine/engine.ts";
import { personBehind } from "./actor.ts";
import { followRun } from "./follow-run.ts";
import { lastRun, type RepositoryGround } from "./ground.ts";
import { hostEngine, type EngineRequest } from "./host-engine.ts";
import { eventPrinter, type EventFormat } from "./print-events.ts";
import { sayEnd } from "./say-end.ts";
import { sayStart } from "./say-start.ts";

/**
 * Runs the engine in this process and prints what happens. The first signal stops it at once and keeps everything, the second
 * ends this process. Where another engine has the repository, that one is followed.
 */
export async function runForeground(ground: RepositoryGround, request: EngineRequest, format: EventFormat): Promise<number> {
  const { program } = ground;
  await sayStart(ground, request, format === "json" ? program.err : program.out);
  let engine: Engine | null = null;
  let signals = 0;
  const stop = (): void => void engine?.stop(true, personBehind("a signal")).catch(() => undefined);
  const off = program.onSignal(() => {
    signals += 1;
    if (signals === 1) stop();
    else program.exit(130);
  });
  try {
    const end = await hostEngine(ground, request, {
      started: (started) => (engine = started),
      opened: () => {
        // A signal that came before there was a run to stop.
        if (signals > 0) stop();
      },
      events: eventPrinter(program, format),
    });
    if (end.kind === "ended") {
      if (format === "plain") await sayEnd(ground, end.run);
      return end.exitCode;
    }
  } finally {
    off();
  }
  const run = await lastRun(ground.ledger, ground.repository.id);
  if (run === null) return 1;
  program.err.line("another engine runs this repository; following it");
  return await followRun(ground, run.id, format);
}
