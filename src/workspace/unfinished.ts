import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { brand } from "../domain/brand.ts";
import { isAncestor } from "./commits.ts";
import type { Git } from "./git.ts";
import { statOf } from "./stat-cache.ts";
import { placeOf, readText, type Worktree } from "./worktree-folder.ts";

/** What git leaves in a worktree's own folder while a merge, rebase, pick, revert or bisection is under way. */
const leftovers: readonly string[] = [
  "MERGE_HEAD",
  "MERGE_MSG",
  "MERGE_MODE",
  "MERGE_RR",
  "AUTO_MERGE",
  "SQUASH_MSG",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "REBASE_HEAD",
  "sequencer",
  "rebase-merge",
  "rebase-apply",
  "BISECT_LOG",
  "BISECT_START",
  "BISECT_TERMS",
  "BISECT_NAMES",
  "BISECT_EXPECTED_REV",
  "BISECT_ANCESTORS_OK",
];

const ownMark = (worktree: Worktree): string => join(worktree.gitDir, `${brand.bin}-merging`);

/** Ends whatever is under way in a worktree without touching its files. Our own mark of a merge goes too. */
export async function forgetUnfinished(worktree: Worktree): Promise<void> {
  await rm(ownMark(worktree), { force: true });
  for (const path of leftovers.map((name) => join(worktree.gitDir, name)))
    if (statOf(path) !== null) await rm(path, { recursive: true, force: true });
}

/** Notes that we began to merge a commit into a worktree; written before the merge begins. */
export async function markMerge(worktree: Worktree, commit: string): Promise<void> {
  await writeFile(ownMark(worktree), `${commit}\n`);
}

/** The commit that a merge of ours is bringing in; null: none was begun. */
export async function markedMerge(worktree: Worktree): Promise<string | null> {
  const text = readText(ownMark(worktree))?.trim() ?? "";
  return /^[0-9a-f]{40,64}$/.test(text) ? text : null;
}

/**
 * The commit that a merge of ours brought into the files: still being merged, or in the history of `head` because the
 * agent committed the merge itself. Null also where the agent gave the merge up: naming it as a parent would say that
 * its changes are in, and later merges would leave them out.
 */
export async function mergedBy(git: Git, worktree: Worktree, head: string | null): Promise<string | null> {
  const marked = await markedMerge(worktree);
  if (marked === null) return null;
  const merging = readText(join(worktree.gitDir, "MERGE_HEAD"))?.split("\n") ?? [];
  if (merging.includes(marked)) return marked;
  return head !== null && (await isAncestor(git, placeOf(worktree), marked, head)) ? marked : null;
}
