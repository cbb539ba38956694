import type { InputOf } from "../../actions/table.ts";
import { isTerminal } from "../../domain/task.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { readPriority } from "../inputs/read-priority.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Moves a task before others, or behind them. It holds until the backlog gives the task another text. */
export const command = (program: Program, input: InputOf<"priority">, displays: Displays): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const priority = readPriority(input.priority);
    const { id, run, state } = await findTask(ledger, repository.id, input.task);
    if (isTerminal(state)) throw new CommandError(`${id} is ${state} already`);
    const { name: by } = terminalActor("priority");
    await ledger.log.append({
      repository: repository.id,
      run,
      events: [{ type: "task.prioritized", task: id, data: { priority, by } }],
    });
    return printDone(program, displays, `${id} has priority ${priority}`);
  });
