import { ignoredLinks } from "./ignored-links.ts";
import { gitList, type Git } from "./git.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** What lies in a worktree beside what its index says, by paths from its top. */
export interface Look {
  readonly changed: readonly string[];
  /** Neither tracked nor ignored. */
  readonly untracked: readonly string[];
  /** Files and folders that rules name, also empty folders, without a slash at the end; of what lies in such a folder nothing. */
  readonly ignored: readonly string[];
  /** Links that nobody tracks and that count as ignored. */
  readonly links: readonly string[];
  /** Nothing was left out for want of a right to read it. */
  readonly isWhole: boolean;
  /** What git says of folders that it could not look into: whatever lies there may be ignored, or not. */
  readonly unread: string;
}

/** Looks at a worktree with one command, unless there are folders that are not tracked. */
export async function lookAt(git: Git, worktree: Worktree): Promise<Look> {
  const place = placeOf(worktree);
  const wanted = ["--untracked-files=normal", "--ignored=matching", "--no-renames", "--ignore-submodules=dirty"];
  const { stdout, stderr } = await git(place, [
    "-c",
    "core.untrackedCache=false",
    "status",
    "--porcelain",
    "-z",
    ...wanted,
  ]);
  const items = stdout.split("\0").filter((item) => item !== "");
  const of = (kind: string): string[] => items.filter((item) => item.startsWith(kind)).map((item) => item.slice(3));
  const shown = of("?? ");
  // A folder may hold nothing but links that count as ignored.
  const isShort = shown.some((path) => path.endsWith("/"));
  const others = isShort ? await gitList(git, place, ["ls-files", "--others", "--exclude-standard", "-z"]) : shown;
  const links = await ignoredLinks(git, worktree, others);
  return {
    changed: items.filter((item) => !/^(?:\?\?|!!) /.test(item)).map((item) => item.slice(3)),
    untracked: others.filter((path) => !links.includes(path)),
    ignored: of("!! ").map((path) => path.replace(/\/$/, "")),
    links,
    isWhole: stderr === "",
    unread: unreadFolders(stderr),
  };
}

/** What git ignores in a worktree, links that count as such included. */
export async function ignoredPaths(git: Git, worktree: Worktree): Promise<readonly string[]> {
  return ignoredIn(await lookAt(git, worktree));
}

export const ignoredIn = ({ ignored, links }: Look): readonly string[] => [...ignored, ...links];

/** Git leaves out folders that it cannot open, as too deep ones, and its exit code says nothing of it. */
export const unreadFolders = (stderr: string): string =>
  stderr
    .split("\n")
    .filter((line) => line.startsWith("warning: could not open directory "))
    .join("\n");
