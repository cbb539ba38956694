import type { TaskRow } from "../../domain/rows.ts";
import { clean } from "../../view/text/clean.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { Refused } from "../program/refused.ts";
import { commandWorkspace } from "./engine-parts.ts";
import type { RepositoryGround } from "./ground.ts";

const mostBytes = 8 * 1024 * 1024;

/** What a task changed: on a terminal with everything hidden made visible, else as a patch. */
export async function showDiff(ground: RepositoryGround, row: TaskRow): Promise<number> {
  if (row.baseCommit === null || row.commit === null) throw new Refused(`${row.id} has changed nothing yet`);
  const workspace = await commandWorkspace(ground, await requireSettings(ground, row));
  const { text } = await workspace.history.diff(row.baseCommit, row.commit, mostBytes);
  const { out } = ground.program;
  if (!out.isTerminal) out.text(text);
  else for (const line of text.replace(/\n$/, "").split("\n")) out.cleaned(clean(line, { reveal: true, max: 10_000 }));
  return 0;
}
