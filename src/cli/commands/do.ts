import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { RunId } from "../../domain/ids.ts";
import { requirePerson } from "../inputs/actor.ts";
import { nextGoalId, goalTask } from "../inputs/goal-task.ts";
import { requireModel } from "../inputs/known-model.ts";
import { readInputsFor } from "../inputs/read-inputs.ts";
import { engineFlags, requestOf, settingsFlags } from "../inputs/run-request.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { addTask } from "../running/add-task.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { startRun } from "../running/start-run.ts";
import { lastRun, withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/** One task without a file: given to the engine that runs here, or run by one of its own. */
export const command = (program: Program, input: InputOf<"do">, displays: Displays): Promise<number> =>
  withRepository(
    program,
    async (context) => {
      if (input.goal.trim() === "") throw new CommandError("a goal in words is needed");
      const { ledger, repository } = context;
      const run = await lastRun(ledger, repository.id);
      if (run !== null && (await runningEngine(ledger, repository.id, program.clock.now())) !== null)
        return await addTo(context, input, displays, run.id);
      const spec = goalTask(input, await nextGoalId(context), input.goal);
      const inputs = await readInputsFor(program, { repositoryTop: repository.top, flags: settingsFlags(input) }, spec);
      requireModel(input.model, inputs.settings.models);
      const goal = [
        `--goal=${spec.goal}`,
        `--goal-id=${spec.id}`,
        `--risk=${spec.risk}`,
        `--mode=${spec.mode}`,
        ...(input.model === undefined ? [] : [`--model=${input.model}`]),
      ];
      const request = await requestOf(context, input, inputs, { only: [spec.id], linger: false });
      return await startRun(context, displays, request, [...engineFlags(input), ...goal]);
    },
    "engine",
  );

async function addTo(context: RepositoryContext, input: InputOf<"do">, displays: Displays, id: RunId): Promise<number> {
  const { ledger, program } = context;
  // What adds to the work of others is a decision, by whatever name.
  const warning = await requirePerson(program, { what: "do", task: null });
  if (warning !== null) program.err.line(warning);
  const row = await ledger.runs.run(id);
  const settings = row === null ? null : await ledger.runs.settings(row.settingsDigest);
  if (row === null || settings === null) throw new CommandError("the run that goes on here cannot be read");
  requireModel(input.model, settings.models);
  const spec = await addTask(context, row, (free) => goalTask(input, free, input.goal));
  return printDone(program, displays, `${spec.id} was added to the run that goes on here: ${brand.bin} watch`);
}
