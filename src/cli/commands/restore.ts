import { resolve } from "node:path";

import type { InputOf } from "../../actions/table.ts";
import { counted } from "../../view/text/amounts.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

/** Writes the files of a task's snapshot into a folder that is empty or not there. */
export const command = (program: Program, input: InputOf<"restore">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { snapshot, into } = input;
    const row = await findTask(context.ledger, context.repository.id, input.task);
    if (snapshot === undefined || into === undefined) throw new CommandError("--restore N and --into DIR go together");
    const workspace = await commandWorkspace(context, await requireSettings(context, row));
    const folder = resolve(program.cwd, into);
    const { files } = await workspace.snapshots.restore(row.id, snapshot, folder);
    const done = `${counted(files, "file")} of ${row.id}'s snapshot ${snapshot} written into ${folder}`;
    return printDone(program, displays, done);
  });
