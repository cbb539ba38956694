import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { terminalActor } from "../inputs/actor.ts";
import { readInputsFor } from "../inputs/read-inputs.ts";
import { engineFlags, requestOf, settingsFlags, type RunOptions } from "../inputs/run-request.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { resumeArguments } from "../running/background-engine.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/give-command.ts";
import { startRun } from "../running/start-run.ts";
import { lastRun, withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { runBacklog } from "./run.ts";

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

/** A run without a backlog: what it has is finished. */
async function goOn(context: RepositoryContext, options: RunOptions, displays: Displays): Promise<number> {
  const { program, repository } = context;
  const inputs = await readInputsFor(program, { repositoryTop: repository.top, flags: settingsFlags(options) }, null);
  const request = await requestOf(context, options, inputs, { only: null, linger: false });
  return await startRun(context, displays, request, [...engineFlags(options), ...resumeArguments(null)]);
}
