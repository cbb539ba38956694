import type { InputOf } from "../../actions/table.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/give-command.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Lets nothing new start until resume; calls under way go on. */
export const command = (program: Program, _input: InputOf<"pause">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const actor = terminalActor("pause");
    // Without an engine a command would only wait for the next run, and pause it unasked.
    if ((await runningEngine(ledger, repository.id, program.clock.now())) === null) {
      return printDone(program, displays, "nothing runs here");
    }
    await giveCommand(context, { kind: "pause" }, actor);
    return printDone(program, displays, "paused: calls under way go on, nothing new starts");
  });
