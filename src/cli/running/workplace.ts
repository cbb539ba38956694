import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Workplace } from "../../screen/workplace.ts";
import { editFile } from "../../terminal/external-editor.ts";
import { openPager, openShell } from "../../terminal/own-programs.ts";
import { findTask } from "../inputs/find-task.ts";
import { CommandError } from "../program/command-error.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { endOfOutput, fileInWorktree, standingWorktree } from "./task-files.ts";

/** Editor, shell and pager of the person at the screen. */
export function workplaceOf(context: RepositoryContext): Workplace {
  const { env } = context.program;
  return {
    async edit(task, file, line) {
      const failed = await editFile(fileInWorktree(await worktreeOf(context, task), file), line, env);
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
      const text = "text" in paged ? paged.text : endOfOutput(join(context.paths.state, paged.output));
      return (await openPager(text, env)) ? null : text;
    },
  };
}

const worktreeOf = async ({ ledger, repository }: RepositoryContext, task: TaskId): Promise<string> =>
  standingWorktree(task, (await findTask(ledger, repository.id, task)).worktree);
