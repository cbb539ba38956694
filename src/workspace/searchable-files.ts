import { leftOutByContent, leftOutByName, mostIndexedFiles, type LeftOut } from "../policy/indexed-files.ts";
import { gitList, revision, type Git, type Place } from "./git.ts";
import { contentsAt } from "./objects.ts";

/** A file of a commit that may be searched. */
export interface SearchableFile {
  readonly path: string;
  readonly blob: string;
}

/** What is not here is not fetched from elsewhere for a search. */
const onlyLocal = { env: { GIT_NO_LAZY_FETCH: "1" } };

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
  const args = ["ls-tree", "-r", "-l", "-z", "--full-tree", revision(commit)];
  for (const item of await gitList(git, place, args, onlyLocal)) {
    const [, mode = "", blob = "", size = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(item) ?? [];
    if (path === "") continue;
    const byName = leftOutByName({ path, mode, bytes: Number(size) });
    const why = byName ?? (files.length === mostIndexedFiles ? "too many files" : null);
    if (why === null) files.push({ path, blob });
    else leftOut[why] = (leftOut[why] ?? 0) + 1;
  }
  return { files, leftOut };
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

/** The paths that each of the last commits before and with one changed, the newest first; what merges brought was counted before. */
export async function lastChanges(
  git: Git,
  place: Place,
  commit: string,
  most: number,
): Promise<readonly (readonly string[])[]> {
  const options = ["--no-merges", "--no-renames", "--no-ext-diff", "--name-only", "-z", "--format=%x01"];
  const args = ["log", `--max-count=${most}`, ...options, revision(commit), "--"];
  const commits: string[][] = [];
  for (const item of await gitList(git, place, args, onlyLocal)) {
    if (item.startsWith("\u0001")) commits.push([]);
    const path = item.replace(/^[\u0001\n]+/, "");
    if (path !== "") commits.at(-1)?.push(path);
  }
  return commits;
}
