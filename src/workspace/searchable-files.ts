import { leftOutByContent, leftOutByName, mostIndexedFiles, type LeftOut } from "../policy/indexed-files.ts";
import { GitError, gitList, revision, type Git, type Place } from "./git.ts";
import { contentsAt } from "./objects.ts";

/** A file of a commit that may be searched. */
export interface SearchableFile {
  readonly path: string;
  readonly blob: string;
}

/** What is not here is not fetched from elsewhere for a search, by no git, however old. */
const onlyLocal = { env: { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" } };
/** Of a history so wide, the last part says enough. */
const mostHistoryBytes = 64 * 1024 ** 2;

/** The files of a commit that their names and sizes do not rule out, and how many are, by why. */
export async function searchableFiles(
  git: Git,
  place: Place,
  commit: string,
): Promise<{
  readonly files: readonly SearchableFile[];
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
}> {
  const files: SearchableFile[] = [];
  const leftOut: Partial<Record<LeftOut, number>> = {};
  const { items, away } = await listed(git, place, revision(commit));
  for (const item of items) {
    const [, mode = "", blob = "", size = "", path = ""] =
      /^(\d+) \w+ ([0-9a-f]+)(?: +(\d+|-))?\t(.*)$/s.exec(item) ?? [];
    if (path === "") continue;
    const byName = leftOutByName({ path, mode, bytes: Number(size) }) ?? (away.has(blob) ? "not fetched" : null);
    const why = byName ?? (files.length === mostIndexedFiles ? "too many files" : null);
    if (why === null) files.push({ path, blob });
    else leftOut[why] = (leftOut[why] ?? 0) + 1;
  }
  return { files, leftOut };
}

/** The files of a commit, with their sizes where all are here; else, of a partial clone, those whose contents are away. */
async function listed(
  git: Git,
  place: Place,
  commit: string,
): Promise<{ readonly items: readonly string[]; readonly away: ReadonlySet<string> }> {
  const list = (...more: readonly string[]): Promise<string[]> =>
    gitList(git, place, ["ls-tree", "-r", ...more, "-z", "--full-tree", commit], onlyLocal);
  try {
    return { items: await list("-l"), away: new Set() };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const args = ["rev-list", "--objects", "--no-walk", "--missing=print", commit];
    const found = (await git(place, args, { ...onlyLocal, answers: [0, 128] })).stdout.matchAll(/^\?([0-9a-f]+)$/gm);
    const away = new Set(Array.from(found, ([, blob = ""]) => blob));
    if (away.size === 0) throw error;
    return { items: await list(), away };
  }
}

/** What a file says, or why it is not searched; null: its content is not to be had. */
export async function searchableText(
  git: Git,
  place: Place,
  { path, blob }: SearchableFile,
): Promise<{ readonly text: string; readonly why: LeftOut | null } | null> {
  const found = (await (await contentsAt(git, place))?.read(blob)) ?? null;
  if (found?.type !== "blob") return null;
  const text = found.content.toString("utf8");
  const why = leftOutByContent(path, text);
  return { text: why === null ? text : "", why };
}

/**
 * The paths that each of the last commits before and with one changed, the newest first; what merges brought was counted before. None
 * where a partial clone lacks some.
 */
export async function lastChanges(
  git: Git,
  place: Place,
  commit: string,
  most: number,
): Promise<readonly (readonly string[])[]> {
  const options = ["--no-merges", "--no-renames", "--no-ext-diff", "--name-only", "-z", "--format=%x01"];
  const args = ["log", `--max-count=${most}`, ...options, revision(commit), "--"];
  const items = await gitList(git, place, args, { ...onlyLocal, cutAtBytes: mostHistoryBytes }).catch(
    (error: unknown) => {
      if (error instanceof GitError) return [];
      throw error;
    },
  );
  const commits: string[][] = [];
  for (const item of items) {
    if (item.startsWith("\u0001")) commits.push([]);
    const path = item.replace(/^[\u0001\n]+/, "");
    if (path !== "") commits.at(-1)?.push(path);
  }
  return commits;
}
