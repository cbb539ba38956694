import type { DiffSummary } from "../engine/ports/workspace.ts";
import { changeEntries, wholeSubmodules } from "./change-entries.ts";
import { isId, revision, type Git, type Place } from "./git.ts";
import { knownBy } from "./known.ts";

export type ChangedFile = DiffSummary["files"][number];

/** Options that make a diff the same for everybody, whatever the user has configured. */
export const plainDiff: readonly string[] = [
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--find-renames",
  wholeSubmodules,
];

/** What git says of two commits in one answer. */
export interface Comparison {
  /** The files in which they differ, renames as one file under the new name. Binary files count no lines. */
  readonly files: readonly ChangedFile[];
  /** Unified text. Of a very long one only what comes first; `isWhole` says so. */
  readonly patch: string;
  readonly isWhole: boolean;
}

const mostBytes = 16 * 1024 ** 2;
/** How long, in characters, a comparison may be that is kept. */
const longestKept = 1_000_000;

const comparisons = knownBy<Promise<Comparison>>(20);

/** How two commits differ. Of ids in full it is asked once: they never change. `context`: lines around a change, if not git's own. */
export function compare(git: Git, place: Place, from: string, to: string, context?: number): Promise<Comparison> {
  if (!isId(from) || !isId(to) || context !== undefined) return ask(git, place, from, to, context);
  const known = comparisons(git);
  const key = `${from} ${to}`;
  const comparison = known.get(key) ?? ask(git, place, from, to);
  known.set(key, comparison);
  const forget = (): void => known.delete(key);
  comparison.then(({ patch }) => void (patch.length > longestKept && forget()), forget);
  return comparison;
}

async function ask(git: Git, place: Place, from: string, to: string, context?: number): Promise<Comparison> {
  const around = context === undefined ? [] : [`--unified=${context}`];
  const args = ["diff", ...plainDiff, ...around, "--raw", "--numstat", "-z"];
  const commits = [revision(from), revision(to), "--"];
  const { stdout, truncated } = await git(place, [...args, "--patch", ...commits], { cutAtBytes: mostBytes });
  // Two NULs come before the patch and nowhere else.
  const end = stdout.indexOf("\0\0");
  const list = truncated && end < 0 ? (await git(place, [...args, ...commits])).stdout : stdout.slice(0, end + 1);
  return { files: parseChanges(list.split("\0")), patch: end < 0 ? "" : stdout.slice(end + 2), isWhole: !truncated };
}

/** The paths in which two commits or trees differ, both names of what was renamed. */
export const changedPaths = async (git: Git, place: Place, from: string, to: string): Promise<string[]> =>
  (await changeEntries(git, place, from, to)).map(({ path }) => path);

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
