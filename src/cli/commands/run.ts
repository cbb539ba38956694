import { personBehind, requirePerson } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { readInputs } from "../inputs/read-inputs.ts";
import { engineFlags, namedTasks, requestOf, settingsFlags } from "../inputs/run-request.ts";
import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { startRun } from "../running/start-run.ts";
import { giveCommand } from "../running/take-effect.ts";
import { withRepository, type RepositoryGround } from "../wiring/ground.ts";

/** Runs the backlog, or goes on with it. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, (ground) => runBacklog(ground, args, args.positionals[0] ?? null), "engine");

/** `file`: as typed; null: the usual one. */
export async function runBacklog(ground: RepositoryGround, args: Arguments, file: string | null): Promise<number> {
  const { program } = ground;
  const inputs = await readInputs(program, { file, repositoryTop: ground.repository.top, flags: settingsFlags(args) });
  const only = await namedTasks(ground, args.values("task"), inputs);
  await decideBefore(ground, args);
  const engineArguments = [...engineFlags(args), ...(inputs.backlog.file === null ? [] : [inputs.backlog.file])];
  return await startRun(ground, args, requestOf(args, inputs, only, false), engineArguments);
}

/** What of the flags is a person's decision. */
async function decideBefore(ground: RepositoryGround, args: Arguments): Promise<void> {
  const { program, ledger, repository } = ground;
  const actor = personBehind("run");
  if (args.has("yes-to"))
    await requirePerson(program, ledger, { repository: repository.id, what: "run --yes-to", actor });
  for (const id of args.values("again")) {
    const task = await findTask(ledger, repository.id, id);
    await requirePerson(program, ledger, { repository: repository.id, task: task.id, what: "run --again", actor });
    await giveCommand(ground, { kind: "again", task: task.id }, actor);
  }
}
