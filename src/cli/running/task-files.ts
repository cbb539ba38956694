import { closeSync, existsSync, fstatSync, lstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

import type { TaskId } from "../../domain/ids.ts";
import { clean } from "../../view/text/clean.ts";
import { CommandError } from "../program/command-error.ts";

const longestOutput = 4 * 1024 * 1024;

/** The worktree of a task, as far as it stands. */
export function standingWorktree(task: TaskId, worktree: string | null): string {
  if (worktree === null) throw new CommandError(`${task} has no worktree yet`);
  if (!existsSync(worktree)) throw new CommandError(`the worktree of ${task} is gone; what it did is on its branch`);
  return worktree;
}

/** The file itself; a link of the task that leads elsewhere is no file of it, and what never ends is nothing for an editor. */
export function fileInWorktree(worktree: string, file: string): string {
  const path = join(worktree, file);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined)
    throw new CommandError(`${file} is not in the worktree: it was removed`);
  if (!existsSync(path)) throw new CommandError(`${file} is a link that leads nowhere`);
  if (!`${realpathSync(path)}/`.startsWith(`${realpathSync(worktree)}/`))
    throw new CommandError(`${file} is a link that leads out of the worktree; open it in a shell (!) if you mean to`);
  if (!statSync(path).isFile()) throw new CommandError(`${file} is a folder or a device, nothing an editor can open`);
  return path;
}

/** The end of what a check wrote, as much as one reads. */
export function endOfOutput(path: string): string {
  if (!existsSync(path)) throw new CommandError("the output of this check is gone; its end is among the checks");
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, longestOutput));
    const read = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return clean(bytes.toString("utf8", 0, read), { lines: true, reveal: true, max: longestOutput });
  } finally {
    closeSync(fd);
  }
}
