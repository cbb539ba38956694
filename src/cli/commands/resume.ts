import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { personBehind, requirePerson } from "../inputs/actor.ts";
import { readInputsFor } from "../inputs/read-inputs.ts";
import { engineFlags, requestOf, settingsFlags, type RunOptions } from "../inputs/run-request.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import { Refused } from "../program/refused.ts";
import type { Displays } from "../program/typed-input.ts";
import { goOnArguments } from "../running/background-engine.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { startRun } from "../running/start-run.ts";
import { giveCommand } from "../running/take-effect.ts";
import { lastRun, withRepository, type RepositoryGround } from "../wiring/ground.ts";
import { runBacklog } from "./run.ts";

/** Lifts a pause, or goes on with a run that was stopped, interrupted, or waits. */
export const command = (program: Program, input: InputOf<"resume">, displays: Displays): Promise<number> =>
  withRepository(
    program,
    async (ground) => {
      const { ledger, repository } = ground;
      const run = await lastRun(ledger, repository.id);
      if (run === null || run.state === "ended")
        throw new Refused(`there is no run to resume here; ${brand.bin} run starts one`);
      const actor = personBehind("resume");
      await requirePerson(program, ledger, { repository: repository.id, what: "resume", actor });
      if ((await runningEngine(ledger, repository.id, program.clock.now())) === null) {
        return run.file === null
          ? await goOn(ground, input, displays)
          : await runBacklog(ground, input, run.file, displays);
      }
      await giveCommand(ground, { kind: "resume" }, actor);
      return printDone(program, displays, run.paused ? "resumed" : "the run is not paused; it goes on");
    },
    "engine",
  );

/** A run without a backlog: what it has is finished. */
async function goOn(ground: RepositoryGround, options: RunOptions, displays: Displays): Promise<number> {
  const { program, repository } = ground;
  const inputs = await readInputsFor(program, { repositoryTop: repository.top, flags: settingsFlags(options) }, null);
  return await startRun(ground, displays, await requestOf(ground, options, inputs, null, false), [
    ...engineFlags(options),
    ...goOnArguments(null),
  ]);
}
