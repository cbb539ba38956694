import type { InputOf } from "../../actions/table.ts";
import { clean } from "../../view/text/clean.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import type { Program } from "../program/program.ts";
import { Refused } from "../program/refused.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";
import { withRepository } from "../wiring/ground.ts";

const mostBytes = 8 * 1024 * 1024;

/** What a task changed: on a terminal with everything hidden made visible, else as a patch. */
export const command = (program: Program, input: InputOf<"diff">): Promise<number> =>
  withRepository(program, async (ground) => {
    const row = await findTask(ground.ledger, ground.repository.id, input.task);
    if (row.baseCommit === null || row.commit === null) throw new Refused(`${row.id} has changed nothing yet`);
    const workspace = await commandWorkspace(ground, await requireSettings(ground, row));
    const { text } = await workspace.history.diff(row.baseCommit, row.commit, mostBytes);
    const { out } = program;
    if (!out.isTerminal) out.text(text);
    else
      for (const line of text.replace(/\n$/, "").split("\n")) out.cleaned(clean(line, { reveal: true, max: 10_000 }));
    return 0;
  });
