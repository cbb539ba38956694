import type { InputOf } from "../../actions/table.ts";
import { readPriority } from "../inputs/read-priority.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { prioritizeTask } from "../running/change-task.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Moves a task before others, or behind them. */
export const command = (program: Program, input: InputOf<"priority">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const priority = readPriority(input.priority);
    return printDone(program, displays, await prioritizeTask(context, input.task, () => priority, "priority"));
  });
