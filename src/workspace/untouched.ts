import { dirname, join } from "node:path";

import { commitOf } from "./commits.ts";
import type { Git } from "./git.ts";
import { knownBy } from "./known.ts";
import { lookAt, type Look } from "./look.ts";
import { namesIn, statOf } from "./stat-cache.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** Indexes as we left them, by the folders of their worktrees. */
const leftBy = knownBy<string>();

/** To be called when a worktree's index has been written by us, and holds nothing that hides changes from git. */
export function noteIndex(git: Git, { gitDir }: Worktree): void {
  const known = leftBy(git);
  const mark = markOf(gitDir);
  if (mark === null) known.delete(gitDir);
  else known.set(gitDir, mark);
}

/** Whether nobody has written the index since: nobody has told git then not to look at a file, or to take a repository for a link. */
export function isIndexOurs(git: Git, { gitDir }: Worktree): boolean {
  const known = leftBy(git).get(gitDir);
  return known !== undefined && known === markOf(gitDir);
}

/**
 * What lies in a worktree that stands at a commit and has just its files, ignored ones aside; null: it does not, or one look does
 * not tell. As the index is as we wrote it, that look is as good as the tree of the files, which takes four commands.
 */
export async function lookIfUntouched(git: Git, worktree: Worktree, commit: string): Promise<Look | null> {
  if (!isIndexOurs(git, worktree) || (await commitOf(git, placeOf(worktree), "HEAD")) !== commit) return null;
  const look = await lookAt(git, worktree);
  const isSame = look.isWhole && look.changed.length === 0 && look.untracked.length === 0;
  return isSame && isIndexOurs(git, worktree) ? look : null;
}

export const isUntouched = async (git: Git, worktree: Worktree, commit: string): Promise<boolean> =>
  (await lookIfUntouched(git, worktree, commit)) !== null;

/** Null: there is none, one that leaves out files, or one of which a part lies elsewhere. */
function markOf(gitDir: string): string | null {
  if (namesIn(gitDir).some((name) => name.startsWith("sharedindex."))) return null;
  const shared = dirname(dirname(gitDir));
  for (const folder of [gitDir, shared]) if (statOf(join(folder, "info", "sparse-checkout")) !== null) return null;
  const index = statOf(join(gitDir, "index"));
  return index === null ? null : [index.dev, index.ino, index.size, index.mtimeNs, index.ctimeNs].join(" ");
}
