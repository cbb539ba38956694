import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { killEngine } from "../running/end-children.ts";
import { runningEngine, silentEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/give-command.ts";
import { lastRun, withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/**
 * Stops the run after the calls under way, or at once; where it was to stop at once already, its engine is killed. Without an
 * engine there is nothing to stop: a command would stop the next run.
 */
export const command = (program: Program, input: InputOf<"stop">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const actor = terminalActor("stop");
    const { now } = input;
    const running = await runningEngine(ledger, repository.id, program.clock.now());
    const engine = running ?? (await silentEngine(ledger, repository.id));
    if (engine === null) return printDone(program, displays, "nothing runs here");
    if (now && (await isStoppingNow(context)) && (await killEngine(context, engine)))
      return printDone(program, displays, "killed the engine and what it ran; what was committed is kept");
    await giveCommand(context, { kind: "stop", now }, actor);
    if (running === null)
      return printDone(
        program,
        displays,
        `the engine (process ${engine.pid}) does not answer; it stops if it still can, and ${brand.bin} stop --now${now ? " once more" : " twice"} kills it`,
      );
    return printDone(
      program,
      displays,
      now ? "stopping at once; work under way is kept as snapshots" : "stopping after the calls under way",
    );
  });

/** Whether somebody has asked for that before, taken up or not. */
async function isStoppingNow({ ledger, repository }: RepositoryContext): Promise<boolean> {
  const run = await lastRun(ledger, repository.id);
  if (run?.state === "running" && run.stopping === "now") return true;
  const pending = await ledger.decisions.pending(repository.id);
  return pending.some(({ command: given }) => given.kind === "stop" && given.now);
}
