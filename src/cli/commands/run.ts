import type { InputOf } from "../../actions/table.ts";
import { terminalActor } from "../inputs/actor.ts";
import { addedTasks } from "../inputs/beside-backlog.ts";
import { findTask } from "../inputs/find-task.ts";
import { readInputs, readInputsFor, usualFile } from "../inputs/read-inputs.ts";
import { engineFlags, namedTasks, requestOf, settingsFlags, type RunOptions } from "../inputs/run-request.ts";
import { resumeArguments } from "../running/background-engine.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { giveCommand } from "../running/give-command.ts";
import { startRun } from "../running/start-run.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/** Runs the backlog, or goes on with it. */
export const command = (program: Program, input: InputOf<"run">, displays: Displays): Promise<number> =>
  withRepository(
    program,
    async (context) => {
      const isAdded = input.file === undefined && (await hasOnlyAdded(context));
      return isAdded
        ? await goOn(context, input, displays)
        : await runBacklog(context, input, input.file ?? null, displays);
    },
    "engine",
  );

/** Whether there is no backlog, and something to do all the same. */
async function hasOnlyAdded(context: RepositoryContext): Promise<boolean> {
  if (usualFile(context.program, context.repository.top) !== null) return false;
  return (await addedTasks(context)).length > 0;
}

/** `file`: as typed; null: the usual one. */
export async function runBacklog(
  context: RepositoryContext,
  options: RunOptions & { readonly task?: readonly string[]; readonly again?: readonly string[] },
  file: string | null,
  displays: Displays,
): Promise<number> {
  const { program } = context;
  const inputs = await readInputs(program, {
    file,
    repositoryTop: context.repository.top,
    flags: settingsFlags(options),
  });
  const only = await namedTasks(context, options.task ?? [], inputs);
  const request = await requestOf(context, options, inputs, { only, linger: false });
  await doAgain(context, options.again ?? []);
  const engineArguments = [...engineFlags(options), ...(inputs.backlog.file === null ? [] : [inputs.backlog.file])];
  return await startRun(context, displays, request, engineArguments);
}

/** Finished tasks that a person wants done over. */
async function doAgain(context: RepositoryContext, again: readonly string[]): Promise<void> {
  const { ledger, repository } = context;
  const actor = terminalActor("run");
  for (const id of again) {
    const task = await findTask(ledger, repository.id, id);
    await giveCommand(context, { kind: "again", task: task.id }, actor);
  }
}

/** A run without a backlog: what it has is finished. */
export async function goOn(context: RepositoryContext, options: RunOptions, displays: Displays): Promise<number> {
  const { program, repository } = context;
  const inputs = await readInputsFor(program, { repositoryTop: repository.top, flags: settingsFlags(options) }, null);
  const request = await requestOf(context, options, inputs, { only: null, linger: false });
  return await startRun(context, displays, request, [...engineFlags(options), ...resumeArguments(null)]);
}
