import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/give-command.ts";
import { lastRun, withRepository } from "../wiring/command-context.ts";
import { goOn, runBacklog } from "./run.ts";

/** Lifts a pause, or goes on with a run that was stopped, interrupted, or waits. */
export const command = (program: Program, input: InputOf<"resume">, displays: Displays): Promise<number> =>
  withRepository(
    program,
    async (context) => {
      const { ledger, repository } = context;
      const run = await lastRun(ledger, repository.id);
      if (run === null || run.state === "ended")
        throw new CommandError(`there is no run to resume here; ${brand.bin} run starts one`);
      const actor = terminalActor("resume");
      if ((await runningEngine(ledger, repository.id, program.clock.now())) === null) {
        return run.file === null
          ? await goOn(context, input, displays)
          : await runBacklog(context, input, run.file, displays);
      }
      await giveCommand(context, { kind: "resume" }, actor);
      return printDone(program, displays, run.paused ? "resumed" : "the run is not paused; it goes on");
    },
    "engine",
  );
