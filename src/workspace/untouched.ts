import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { commitOf } from "./commits.ts";
import type { Git } from "./git.ts";
import { ignoredLinks } from "./ignored-links.ts";
import { knownBy } from "./known.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** Indexes as we left them, by the folders of their worktrees. */
const leftBy = knownBy<string>();

/** To be called when a worktree's index has been written by us, and holds nothing that hides changes from git. */
export async function noteIndex(git: Git, { gitDir }: Worktree): Promise<void> {
  const known = leftBy(git);
  const mark = await markOf(gitDir);
  if (mark === null) known.delete(gitDir);
  else known.set(gitDir, mark);
}

/** Whether nobody has written the index since: nobody has told git then not to look at a file, or to take a repository for a link. */
export async function isIndexOurs(git: Git, { gitDir }: Worktree): Promise<boolean> {
  const known = leftBy(git).get(gitDir);
  return known !== undefined && known === (await markOf(gitDir));
}

/**
 * Whether a worktree stands at a commit and has just its files, ignored ones aside. One command tells, where the tree of the files
 * takes four; false also says that it does not tell. Where somebody still writes while we look, both may be wrong, so what is
 * proven of a commit goes by the tree.
 */
export async function isUntouched(git: Git, worktree: Worktree, commit: string): Promise<boolean> {
  const place = placeOf(worktree);
  if (!(await isIndexOurs(git, worktree)) || (await commitOf(git, place, "HEAD")) !== commit) return false;
  const wanted = ["--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=dirty"];
  const { stdout, stderr } = await git(place, ["-c", "core.untrackedCache=false", "status", ...wanted]);
  if (stderr !== "" || !(await isIndexOurs(git, worktree))) return false;
  const differing = stdout.split("\0").slice(0, -1);
  if (differing.length === 0) return true;
  if (!differing.every((item) => item.startsWith("?? "))) return false;
  const ignored = new Set(await ignoredLinks(git, worktree));
  return differing.every((item) => ignored.has(item.slice(3)));
}

/** Null: there is none, one that leaves out files, or one of which a part lies elsewhere. */
async function markOf(gitDir: string): Promise<string | null> {
  if ((await readdir(gitDir).catch(() => [])).some((name) => name.startsWith("sharedindex."))) return null;
  const shared = dirname(dirname(gitDir));
  for (const folder of [gitDir, shared])
    if ((await lookAt(join(folder, "info", "sparse-checkout"))) !== null) return null;
  const index = await lookAt(join(gitDir, "index"));
  return index === null ? null : [index.dev, index.ino, index.size, index.mtimeNs, index.ctimeNs].join(" ");
}

const lookAt = (path: string) => lstat(path, { bigint: true }).catch(() => null);
