import type { NewEvent } from "../../domain/events.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal } from "../../domain/task.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { knownTasks } from "../inputs/read-inputs.ts";
import { goalTask } from "../inputs/goal-task.ts";
import { CommandError } from "../program/command-error.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { addTask } from "./add-task.ts";
import { runningEngine } from "./engine-lease.ts";

/** In characters. Each call of a model pays for it. */
const longestNote = 20_000;

/** A task by its id in any case. CommandError for one that only the backlog knows yet: what is said of it belongs there. */
export async function taskToChange(context: RepositoryContext, id: string): Promise<TaskRow> {
  const { program, ledger, repository } = context;
  const isSame = (one: string): boolean => one.toLowerCase() === id.toLowerCase();
  const written = knownTasks(program, repository.top).find(isSame);
  if (written !== undefined && !(await ledger.tasks.list(repository.id)).some((row) => isSame(row.id)))
    throw new CommandError(`no run has read ${written} yet: change it in the backlog`);
  return await findTask(ledger, repository.id, id);
}

/** A person's words for the models of a task, letter by letter in each prompt from the next one on. `how`: the way it came. */
export async function noteTask(context: RepositoryContext, task: string, text: string, how: string): Promise<string> {
  if (text.trim() === "") throw new CommandError("a note needs words");
  if (text.length > longestNote)
    throw new CommandError(
      `a note of ${text.length} characters is too long: it stands in each prompt; write it into a file, and name that in a note`,
    );
  const row = await taskToChange(context, task);
  if (isTerminal(row.state)) throw new CommandError(`${row.id} is ${row.state}: no model is asked about it any more`);
  const { name: by } = terminalActor(how);
  await append(context, row, { type: "task.noted", task: row.id, data: { id: context.program.newId(), text, by } });
  return `noted; ${row.id} reads it in its next prompt`;
}

/** Moves a task before others, or behind them. It holds until the backlog gives the task another text. */
export async function prioritizeTask(
  context: RepositoryContext,
  task: string,
  to: (now: number) => number,
  how: string,
): Promise<string> {
  const row = await taskToChange(context, task);
  if (isTerminal(row.state)) throw new CommandError(`${row.id} is ${row.state} already`);
  const priority = to(row.spec.priority);
  if (!Number.isSafeInteger(priority))
    throw new CommandError(`${row.id} has priority ${row.spec.priority}: no further`);
  const { name: by } = terminalActor(how);
  const parts = await context.ledger.tasks.list(context.repository.id, { parent: row.id });
  for (const { id } of [row, ...parts.filter(({ state }) => !isTerminal(state))])
    await append(context, row, { type: "task.prioritized", task: id, data: { priority, by } });
  return `${row.id} has priority ${priority}`;
}

/** One more task beside the backlog, and who takes it up. */
export async function addGoal(
  context: RepositoryContext,
  said: Parameters<typeof goalTask>[0],
  goal: InputOf<"add">["goal"],
): Promise<{ readonly done: string; readonly next: string; readonly now: boolean }> {
  const { program, ledger, repository } = context;
  const run = (await lastRun(ledger, repository.id)) ?? { id: program.newId(), settingsDigest: "" };
  const spec = await addTask(context, run, (id) => goalTask(said, id, goal));
  const now = (await runningEngine(ledger, repository.id, program.clock.now())) !== null;
  return {
    done: `${spec.id} was added: ${spec.goal}`,
    next: now ? `the run that goes on here takes it up: ${brand.bin} watch` : `${brand.bin} run takes it up`,
    now,
  };
}

const append = ({ ledger, repository }: RepositoryContext, { run }: TaskRow, event: NewEvent) =>
  ledger.log.append({ repository: repository.id, run, events: [event] });
