import type { DiffSummary } from "../engine/ports/workspace.ts";
import { gitList, revision, type Git, type Place } from "./git.ts";

export type ChangedFile = DiffSummary["files"][number];

/** Options that make a diff the same for everybody, whatever the user has configured. */
export const plainDiff: readonly string[] = ["--no-color", "--no-ext-diff", "--no-textconv", "--find-renames"];

/** The files in which two commits differ, renames as one file under the new name. Binary files count no lines. */
export async function changedFiles(git: Git, place: Place, from: string, to: string): Promise<ChangedFile[]> {
  const args = ["diff", ...plainDiff, "--raw", "--numstat", "-z", revision(from), revision(to), "--"];
  return parseChanges(await gitListWithEmpty(git, place, args));
}

async function gitListWithEmpty(git: Git, place: Place, args: readonly string[]): Promise<string[]> {
  return (await git(place, args)).stdout.split("\0");
}

/** The paths in which two trees differ, both names of what was renamed. */
export async function changedPaths(git: Git, place: Place, from: string, to: string): Promise<string[]> {
  return gitList(git, place, [
    "diff",
    "--no-ext-diff",
    "--no-renames",
    "--name-only",
    "-z",
    revision(from),
    revision(to),
    "--",
  ]);
}

/**
 * Reads `git diff --raw --numstat -z`: records of two kinds, one after the other, with paths between NULs. A raw record
 * of a rename has two paths behind it; its counts begin with an empty path and have the two behind it.
 */
function parseChanges(items: readonly string[]): ChangedFile[] {
  const states = new Map<string, ChangedFile["state"]>();
  const from = new Map<string, string>();
  const links = new Set<string>();
  const files: ChangedFile[] = [];
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i] ?? "";
    const raw = /^:\d+ \d+ \S+ \S+ ([A-Z])\d*$/.exec(item);
    const counts = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(item);
    if (raw !== null) {
      const twoPaths = raw[1] === "R" || raw[1] === "C";
      i += twoPaths ? 2 : 1;
      if (raw[1] === "R") from.set(items[i] ?? "", items[i - 1] ?? "");
      states.set(items[i] ?? "", stateOf(raw[1] ?? ""));
      if (/^:(?:160000|\d+ 160000) /.test(item)) links.add(items[i] ?? "");
    } else if (counts !== null) {
      const renamed = counts[3] === "";
      if (renamed) i += 2;
      const path = renamed ? (items[i] ?? "") : (counts[3] ?? "");
      const old = from.get(path);
      files.push({
        path,
        ...(old === undefined ? {} : { from: old }),
        ...(links.has(path) ? { isLink: true as const } : {}),
        insertions: lines(counts[1]),
        deletions: lines(counts[2]),
        state: states.get(path) ?? "modified",
      });
    }
  }
  return files;
}

const lines = (count: string | undefined): number => (count === undefined || count === "-" ? 0 : Number(count));

function stateOf(letter: string): ChangedFile["state"] {
  if (letter === "A" || letter === "C") return "added";
  if (letter === "D") return "deleted";
  return letter === "R" ? "renamed" : "modified";
}

/** Sums of a list of files. */
export function totalsOf(files: readonly ChangedFile[]): { insertions: number; deletions: number } {
  let insertions = 0;
  let deletions = 0;
  for (const file of files) {
    insertions += file.insertions;
    deletions += file.deletions;
  }
  return { insertions, deletions };
}
