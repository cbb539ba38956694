import type { InputOf } from "../../actions/table.ts";
import { personBehind, requirePerson } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { readInputs } from "../inputs/read-inputs.ts";
import { engineFlags, namedTasks, requestOf, settingsFlags, type RunOptions } from "../inputs/run-request.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { startRun } from "../running/start-run.ts";
import { giveCommand } from "../running/take-effect.ts";
import { withRepository, type RepositoryGround } from "../wiring/ground.ts";

/** Runs the backlog, or goes on with it. */
export const command = (program: Program, input: InputOf<"run">, displays: Displays): Promise<number> =>
  withRepository(program, (ground) => runBacklog(ground, input, input.file ?? null, displays), "engine");

/** `file`: as typed; null: the usual one. */
export async function runBacklog(
  ground: RepositoryGround,
  options: RunOptions & { readonly task?: readonly string[]; readonly again?: readonly string[] },
  file: string | null,
  displays: Displays,
): Promise<number> {
  const { program } = ground;
  const inputs = await readInputs(program, {
    file,
    repositoryTop: ground.repository.top,
    flags: settingsFlags(options),
  });
  const only = await namedTasks(ground, options.task ?? [], inputs);
  const request = await requestOf(ground, options, inputs, only, false);
  await doAgain(ground, options.again ?? []);
  const engineArguments = [...engineFlags(options), ...(inputs.backlog.file === null ? [] : [inputs.backlog.file])];
  return await startRun(ground, displays, request, engineArguments);
}

/** Finished tasks that a person wants done over. */
async function doAgain(ground: RepositoryGround, again: readonly string[]): Promise<void> {
  const { program, ledger, repository } = ground;
  const actor = personBehind("run");
  for (const id of again) {
    const task = await findTask(ledger, repository.id, id);
    await requirePerson(program, ledger, { repository: repository.id, task: task.id, what: "run --again", actor });
    await giveCommand(ground, { kind: "again", task: task.id }, actor);
  }
}
