import type { InputOf } from "../../actions/table.ts";
import { isTerminal } from "../../domain/task.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printEffect } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { taskToChange } from "../running/change-task.ts";
import { giveCommand } from "../running/give-command.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Gives a task up, also while its models work or where it has not begun. */
export const command = (program: Program, input: InputOf<"cancel">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const task = await taskToChange(context, input.task);
    if (isTerminal(task.state)) throw new CommandError(`${task.id} is ${task.state} already`);
    const actor = terminalActor("cancel");
    const reason = input.message ?? `cancelled by ${actor.name}`;
    await giveCommand(context, { kind: "abort", task: task.id, reason }, actor);
    return await printEffect(
      context,
      displays,
      `${task.id} is cancelled${task.branch === null ? "" : "; its branch stays"}`,
    );
  });
