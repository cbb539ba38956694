import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { brand, trailerName } from "../domain/brand.ts";
import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Snapshot } from "../engine/ports/workspace.ts";
import { oneLine } from "./commit-message.ts";
import { commitOf, commitTree, treeOf } from "./commits.ts";
import { GitError, gitList, type Git, type Place } from "./git.ts";
import { treeOfFiles } from "./staging.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

const folderOfRefs = (task: TaskId): string => `${brand.refs}/snapshots/${task}`;

/** The ref of a snapshot. Refs outlive worktrees and branches; git never takes away what they hold. */
export const snapshotRef = (task: TaskId, n: number): string => `${folderOfRefs(task)}/${n}`;

/**
 * Keeps what lies in a worktree (untracked files included, ignored ones not) as a commit on its HEAD. Neither the index
 * nor a file of it is touched. Null: HEAD has all of it. `unread` names what could not be read and is not in it.
 */
export async function takeSnapshot(
  git: Git,
  worktree: Worktree,
  task: TaskId,
  reason: string,
): Promise<{ readonly snapshot: Snapshot; readonly unread: string } | null> {
  const place = placeOf(worktree);
  const { tree, unread } = await treeOfFiles(git, worktree);
  const head = await commitOf(git, place, "HEAD");
  if (head !== null && (await treeOf(git, place, head)) === tree) return null;
  const text = `snapshot: ${oneLine(reason)}\n\n${trailerName("Task")}: ${task}\n`;
  const commit = await commitTree(git, place, { tree, parents: head === null ? [] : [head], text });
  return { snapshot: await keep(git, place, task, commit, reason), unread };
}

/** Gives a commit the task's next number. */
export async function keep(git: Git, place: Place, task: TaskId, commit: string, reason: string): Promise<Snapshot> {
  for (let tries = 0; ; tries += 1) {
    const n = (await lastNumber(git, place, task)) + 1;
    const ref = snapshotRef(task, n);
    try {
      await git(place, ["update-ref", "--create-reflog", "-m", oneLine(reason), ref, commit, ""]);
      return { n, ref, commit, reason };
    } catch (error) {
      const taken = error instanceof GitError && (await commitOf(git, place, ref)) !== null;
      if (!taken || tries >= 20) throw error;
    }
  }
}

async function lastNumber(git: Git, place: Place, task: TaskId): Promise<number> {
  const { stdout } = await git(place, ["for-each-ref", "--format=%(refname)", `${folderOfRefs(task)}/`]);
  const numbers = stdout.split("\n").map((ref) => Number(/\/(\d+)$/.exec(ref)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

/** Whether a commit is held by a snapshot of the task or a branch, one branch not counted where it is named. */
export async function isKept(
  git: Git,
  place: Place,
  task: TaskId,
  branch: string | null,
  commit: string,
): Promise<boolean> {
  const elsewhere = [
    ...(branch === null ? [] : [`--exclude=${branch}`]),
    "--branches",
    `--glob=${folderOfRefs(task)}/*`,
  ];
  const { stdout } = await git(place, ["rev-list", "--max-count=1", commit, "--not", ...elsewhere]);
  return stdout === "";
}

/** Writes the files of a commit into an empty or new folder, links and modes as they were, filters as configured. */
export async function writeFiles(
  git: Git,
  at: { readonly commonDir: string },
  commit: string,
  into: string,
): Promise<number> {
  await mkdir(into, { recursive: true });
  const workTree = await realpath(into);
  if ((await readdir(workTree)).length > 0) {
    throw new WorkspaceError("guard", `${into} is not empty; nothing was written there`);
  }
  const folder = await mkdtemp(join(tmpdir(), `${brand.bin}-index-`));
  try {
    const place: Place = { cwd: workTree, gitDir: at.commonDir, workTree, indexFile: join(folder, "index") };
    await git(place, ["-c", "core.sparseCheckout=false", "read-tree", "-m", "-u", commit]);
    const entries = await gitList(git, place, ["ls-tree", "-r", "-z", "--full-tree", commit]);
    return entries.filter((entry) => !entry.startsWith("160000 ")).length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
