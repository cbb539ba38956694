import type { InputOf } from "../../actions/table.ts";
import { isTerminal } from "../../domain/task.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";

/** A person's words for the models of a task, letter by letter in each prompt from the next one on. */
export const command = (program: Program, input: InputOf<"note">, displays: Displays): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    if (input.text.trim() === "") throw new CommandError("a note needs words");
    const { id, run, state } = await findTask(ledger, repository.id, input.task);
    if (isTerminal(state)) throw new CommandError(`${id} is ${state}: no model is asked about it any more`);
    const { name: by } = terminalActor("note");
    await ledger.log.append({
      repository: repository.id,
      run,
      events: [{ type: "task.noted", task: id, data: { id: program.newId(), text: input.text, by } }],
    });
    return printDone(program, displays, `noted; ${id} reads it in its next prompt`);
  });
