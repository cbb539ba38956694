import { resolve } from "node:path";

import type { TaskRow } from "../../domain/rows.ts";
import { counted } from "../../view/text/amounts.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { commandWorkspace } from "./engine-parts.ts";
import type { RepositoryGround } from "./ground.ts";

/** Writes the files of a task's snapshot into a folder that is empty or not there. */
export async function restoreSnapshot(
  ground: RepositoryGround,
  row: TaskRow,
  n: number,
  into: string,
): Promise<number> {
  const workspace = await commandWorkspace(ground, await requireSettings(ground, row));
  const folder = resolve(ground.program.cwd, into);
  const { files } = await workspace.snapshots.restore(row.id, n, folder);
  ground.program.out.line(`${counted(files, "file")} of ${row.id}'s snapshot ${n} written into ${folder}`);
  return 0;
}
