import type { InputOf } from "../../actions/table.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { noteTask } from "../running/change-task.ts";
import { withRepository } from "../wiring/command-context.ts";

/** A person's words for the models of a task. */
export const command = (program: Program, input: InputOf<"note">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) =>
    printDone(program, displays, await noteTask(context, input.task, input.text, "note")),
  );
