import {
  commitWithKey,
  keyLogArgs,
  logRecord,
  lookedBack,
  oneLine,
  taskLogArgs,
  trailersIn,
} from "./commit-message.ts";
import { revision, type Git, type Place } from "./git.ts";
import { objectsAt } from "./objects.ts";
import { firstParents } from "./read-history.ts";

/** Commits of `tip` that `since` does not have; null: all of `tip`. */
interface Range {
  readonly since: string | null;
  readonly tip: string;
  readonly firstParent: boolean;
}

/** The newest commit of a range that carries a key; null: none. */
export async function commitByKey(git: Git, place: Place, range: Range, key: string): Promise<string | null> {
  const { since, tip, firstParent } = range;
  if (await isKeyless(git, place, range, oneLine(key))) return null;
  const args = [...keyLogArgs(key), ...(firstParent ? ["--first-parent"] : [])];
  const { stdout } = await git(place, [...args, since === null ? tip : `${since}..${tip}`]);
  return commitWithKey(stdout, key);
}

/** Whether the commits of a range are one line without the key; false also says that git has to be asked. */
async function isKeyless(git: Git, place: Place, { since, tip, firstParent }: Range, key: string): Promise<boolean> {
  if (tip === since) return true;
  for await (const commit of firstParents(await objectsAt(git, place), tip, lookedBack)) {
    if (commit?.id === since) return true;
    const trailers = commit === null ? null : trailersIn(commit.message);
    if (commit === null || trailers === null || trailers.keys.includes(key)) return false;
    if (commit.parents.length > 1 && !firstParent) return false;
  }
  // The first commit of all.
  return since === null;
}

/** What mergeIn reads: the newest merges into a branch, as of `before`. */
export async function mergesBefore(git: Git, place: Place, before: string): Promise<string> {
  const records: string[] = [];
  let count = 0;
  for await (const commit of firstParents(await objectsAt(git, place), before, lookedBack)) {
    const trailers = commit === null ? null : trailersIn(commit.message);
    if (commit !== null && trailers !== null && trailers.tasks.length > 0) records.push(logRecord(commit, trailers));
    if (trailers === null && count < lookedBack)
      return (await git(place, [...taskLogArgs, revision(before), "--"])).stdout;
    count += 1;
  }
  return records.join("");
}
