import type { InputOf } from "../../actions/table.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/give-command.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Stops the run after the calls under way, or at once. Without an engine there is nothing to stop: a command would stop the next run. */
export const command = (program: Program, input: InputOf<"stop">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const actor = terminalActor("stop");
    const { now } = input;
    if ((await runningEngine(ledger, repository.id, program.clock.now())) === null)
      return printDone(program, displays, "nothing runs here");
    await giveCommand(context, { kind: "stop", now }, actor);
    return printDone(
      program,
      displays,
      now ? "stopping at once; work under way is kept as snapshots" : "stopping after the calls under way",
    );
  });
