import {
  commitWithKey,
  keyLogArgs,
  logRecord,
  lookedBack,
  oneLine,
  taskLogArgs,
  trailersIn,
} from "./commit-message.ts";
import { isId, revision, type Git, type Place } from "./git.ts";
import { knownBy } from "./known.ts";
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
  for await (const commit of firstParents(await objectsAt(git, place), tip, longestWalk)) {
    if (commit?.id === since) return true;
    const trailers = commit === null ? null : trailersIn(commit.message);
    if (commit === null || trailers === null || trailers.keys.includes(key)) return false;
    if (commit.parents.length > 1 && !firstParent) return false;
  }
  // The first commit of all.
  return since === null;
}

/** What `git log` says of the commits before one, by that one. */
const logs = knownBy<readonly string[]>(4);
/** Of more commits the usual command is quicker. */
const longestWalk = 100;

/** What mergeIn reads: the newest merges into a branch, as of `before`. Only what is new since an earlier question is read. */
export async function mergesBefore(git: Git, place: Place, before: string): Promise<string> {
  const known = logs(git);
  const all = (await newRecords(git, place, before)) ?? (await logOf(git, place, before));
  const records = all.slice(0, lookedBack);
  if (isId(before)) known.set(before, records);
  return records.join("\0");
}

async function newRecords(git: Git, place: Place, before: string): Promise<readonly string[] | null> {
  const known = logs(git);
  const found: string[] = [];
  for await (const commit of firstParents(await objectsAt(git, place), before, longestWalk)) {
    const older = commit === null ? undefined : known.get(commit.id);
    if (older !== undefined) return [...found, ...older];
    const trailers = commit === null ? null : trailersIn(commit.message);
    // What was landed by a merge is on the other side of it.
    if (commit === null || trailers === null || commit.parents.length > 1) return null;
    found.push(logRecord(commit, trailers));
  }
  return found;
}

const logOf = async (git: Git, place: Place, before: string): Promise<readonly string[]> =>
  (await git(place, [...taskLogArgs, revision(before), "--"])).stdout.split("\0");
