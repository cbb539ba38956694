import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Workplace } from "../../screen/workplace.ts";
import { editFile } from "../../terminal/external-editor.ts";
import { openPager, openShell } from "../../terminal/own-programs.ts";
import { clean } from "../../view/text/clean.ts";
import { findTask } from "../inputs/find-task.ts";
import { CommandError } from "../program/command-error.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

const longestOutput = 4 * 1024 * 1024;

/** Editor, shell and pager of the person at the screen. */
export function workplaceOf(context: RepositoryContext): Workplace {
  const { env } = context.program;
  return {
    async edit(task, file, line) {
      const failed = await editFile(insideOf(await worktreeOf(context, task), file), line, env);
      if (failed !== null) throw new CommandError(failed);
    },
    async shell(task) {
      const folder = await worktreeOf(context, task);
      const running = (await context.ledger.account.running(context.repository.id)).some(
        ({ callRow }) => callRow.task === task,
      );
      const said = [
        `${folder}: the worktree of ${task}.`,
        `What you change here belongs to the task${running ? "; a model is at work in it now" : ""}. Its files were written by a model.`,
        `exit (or ctrl+d) brings you back to ${brand.bin}.`,
      ];
      await openShell(folder, said, env);
    },
    async page(paged) {
      const text = "text" in paged ? paged.text : outputOf(join(context.paths.state, paged.output));
      return (await openPager(text, env)) ? null : text;
    },
  };
}

async function worktreeOf({ ledger, repository }: RepositoryContext, task: TaskId): Promise<string> {
  const { worktree } = await findTask(ledger, repository.id, task);
  if (worktree === null) throw new CommandError(`${task} has no worktree yet`);
  if (!existsSync(worktree)) throw new CommandError(`the worktree of ${task} is gone; what it did is on its branch`);
  return worktree;
}

/** The file itself; a link of the task that leads elsewhere is no file of it. */
function insideOf(worktree: string, file: string): string {
  const path = join(worktree, file);
  if (!existsSync(path)) throw new CommandError(`${file} is not in the worktree: it was removed`);
  if (!`${realpathSync(path)}/`.startsWith(`${realpathSync(worktree)}/`))
    throw new CommandError(`${file} is a link that leads out of the worktree; open it in a shell (!) if you mean to`);
  return path;
}

function outputOf(path: string): string {
  if (!existsSync(path)) throw new CommandError("the output of this check is gone; its end is among the checks");
  return clean(readFileSync(path, "utf8").slice(-longestOutput), { lines: true, reveal: true, max: longestOutput });
}
