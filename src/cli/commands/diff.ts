import type { InputOf } from "../../actions/table.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { printDiff } from "../output/print-diff.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { withRepository } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

const mostBytes = 8 * 1024 * 1024;

/** What a task changed: on a terminal with everything hidden made visible, else as a patch. */
export const command = (program: Program, input: InputOf<"diff">): Promise<number> =>
  withRepository(program, async (context) => {
    const row = await findTask(context.ledger, context.repository.id, input.task);
    if (row.baseCommit === null || row.commit === null) throw new CommandError(`${row.id} has changed nothing yet`);
    const workspace = await commandWorkspace(context, await requireSettings(context, row));
    const { text } = await workspace.history.diff(row.baseCommit, row.commit, mostBytes);
    const { out } = program;
    if (!out.isTerminal) out.text(text);
    else printDiff(out, text);
    return 0;
  });
