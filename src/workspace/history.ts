import type { DiffSummary, History } from "../engine/ports/workspace.ts";
import { changedFiles, plainDiff } from "./changed-files.ts";
import { commitOf, revision, treeOf } from "./git.ts";
import { combine } from "./merge-trees.ts";
import type { Site } from "./site.ts";

export function createHistory(site: Site): History {
  const { git } = site;
  return {
    tip: async (branch) => tipOf(site, branch),
    combine: async (base, tips, label) => combine(git, (await site.at()).place, base, tips, label),
    diff: (from, to, maxBytes) => diff(site, from, to, maxBytes),
    treeOf: async (commit) => treeOf(git, (await site.at()).place, commit),
  };
}

/** A branch of this repository before one a remote is known to have; null: neither. */
async function tipOf(site: Site, branch: string): Promise<string | null> {
  const { place } = await site.at();
  revision(branch);
  const local = await commitOf(site.git, place, `refs/heads/${branch}`);
  return local ?? commitOf(site.git, place, `refs/remotes/${branch}`);
}

async function diff(site: Site, from: string, to: string, maxBytes: number): Promise<DiffSummary> {
  const { place } = await site.at();
  const files = await changedFiles(site.git, place, from, to);
  const args = ["diff", ...plainDiff, "--patch", revision(from), revision(to), "--"];
  const { stdout, truncated } = await site.git(place, args, { cutAtBytes: Math.max(0, maxBytes) });
  if (!truncated) return { files, text: stdout, truncated };
  // The last line may have been cut in the middle of a character.
  const whole = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  return {
    files,
    text: `${whole}[the rest of the diff is left out: it is longer than ${maxBytes} bytes]\n`,
    truncated,
  };
}
