import { lstat, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";

import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Tree } from "../engine/ports/workspace.ts";
import { commitOf } from "./commits.ts";
import { gitList, revision } from "./git.ts";
import { forgetUnfinished, markedMerge, markMerge } from "./unfinished.ts";
import { openTask, type WorkspaceContext } from "./workspace-context.ts";
import { isInside, placeOf, readText, type Worktree } from "./worktree-folder.ts";

/**
 * Merges a commit into a task's worktree and leaves it unfinished: conflicts as markers in the files, the rest as if
 * changed by hand. The next commit there has both parents. Begun already: returns what is left of it.
 */
export async function materializeConflict(
  context: WorkspaceContext,
  tree: Tree,
  withCommit: string,
): Promise<{ readonly files: readonly string[] }> {
  const { git } = context;
  const worktree = await openTask(context, tree.task);
  const place = placeOf(worktree);
  const commit = await commitOf(git, place, withCommit);
  if (commit === null) throw new WorkspaceError("git", `there is no commit ${withCommit} to merge into ${tree.path}`);
  if ((await markedMerge(worktree)) === commit && (await isMerging(worktree, commit))) {
    return { files: await unmerged(context, worktree) };
  }
  await forgetUnfinished(worktree);
  await markMerge(worktree, commit);
  const args = ["merge", "--no-commit", "--no-ff", "--no-stat", "--quiet", "--no-rerere-autoupdate", revision(commit)];
  const { code, stderr } = await git(place, args, { answers: [0, 1, 2, 128] });
  if (await isMerging(worktree, commit)) return { files: await unmerged(context, worktree) };
  await forgetUnfinished(worktree);
  if (code === 0) return { files: [] };
  throw new WorkspaceError("git", `${commit} cannot be merged into ${tree.path}`, stderr);
}

async function isMerging(worktree: Worktree, commit: string): Promise<boolean> {
  return readText(join(worktree.gitDir, "MERGE_HEAD"))?.split("\n").includes(commit) === true;
}

async function unmerged(context: WorkspaceContext, worktree: Worktree): Promise<string[]> {
  const entries = await gitList(context.git, placeOf(worktree), ["ls-files", "--unmerged", "-z"]);
  return [...new Set(entries.map((entry) => entry.slice(entry.indexOf("\t") + 1)))].toSorted();
}

const largestFile = 8 * 1024 * 1024;

/** Those of the files that still have conflict markers in them. */
export async function conflictMarkers(
  context: WorkspaceContext,
  tree: Tree,
  files: readonly string[],
): Promise<readonly string[]> {
  const worktree = await openTask(context, tree.task);
  const marked: string[] = [];
  for (const file of files) {
    if (await hasMarkers(worktree.path, join(worktree.path, file))) marked.push(file);
  }
  return marked;
}

async function hasMarkers(tree: string, path: string): Promise<boolean> {
  const folder = await realpath(dirname(path)).catch(() => null);
  const kind = await lstat(path).catch(() => null);
  if (folder === null || !isInside(tree, folder) || kind?.isFile() !== true || kind.size > largestFile) return false;
  const text = await readFile(path, "utf8");
  return /^<{7}(?: |\r?$)/m.test(text) && /^>{7}(?: |\r?$)/m.test(text);
}
