import type { ChangeEntry } from "../policy/gate-inputs.ts";
import { gitList, revision, type Git, type Place } from "./git.ts";
import { objectsAt } from "./objects.ts";
import { differences } from "./read-trees.ts";

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Shows a submodule that was moved also where `.gitmodules` says to ignore it. */
export const wholeSubmodules = "--ignore-submodules=dirty";

/** All paths in which two commits differ, with modes and contents of both sides; a rename as two of them. */
export async function changeEntries(git: Git, place: Place, from: string, to: string): Promise<readonly ChangeEntry[]> {
  const told = await differences(await objectsAt(git, place), from, to);
  if (told !== null) return told;
  const options = ["-r", "--raw", "--no-renames", "--full-index", "-z", wholeSubmodules];
  const args = ["diff-tree", ...options, revision(from), revision(to)];
  const items = await gitList(git, place, args);
  const found: ChangeEntry[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) {
    const raw = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]/.exec(items[at] ?? "");
    const path = items[at + 1];
    if (raw === null || path === undefined) continue;
    const [, modeBefore = "", modeAfter = "", idBefore = "", idAfter = ""] = raw;
    found.push({ path, before: side(modeBefore, idBefore), after: side(modeAfter, idAfter) });
  }
  return found;
}

const side = (mode: string, id: string): ChangeEntry["before"] => (mode === "000000" ? null : { mode, id });

/** What git takes for a rename between two commits. */
export async function renamesOf(git: Git, place: Place, from: string, to: string): Promise<readonly Rename[]> {
  const args = [
    "diff-tree",
    "-r",
    "--name-status",
    "--find-renames",
    "--diff-filter=R",
    "-z",
    revision(from),
    revision(to),
  ];
  const items = await gitList(git, place, args);
  const found: Rename[] = [];
  for (let at = 0; at + 2 < items.length; at += 3) found.push({ from: items[at + 1] ?? "", to: items[at + 2] ?? "" });
  return found;
}
