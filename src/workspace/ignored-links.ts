import { copyFile, lstat, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { brand } from "../domain/brand.ts";
import { gitList, revision, type Git, type Place } from "./git.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** Takes links that count as ignored out of an index, where the commit has nothing of that name. */
export async function dropIgnoredLinks(
  git: Git,
  place: Place,
  commit: string,
  links: readonly string[],
): Promise<void> {
  const ignored = await ignoredAsFolders(git, place, links);
  if (ignored.length === 0) return;
  const args = ["ls-tree", "-z", "--name-only", "--full-tree", revision(commit), "--", ...ignored];
  const committed = new Set(await gitList(git, place, args, { answers: [0, 128] }));
  const input = ignored.filter((path) => !committed.has(path)).map((path) => `${path}\0`);
  await git(place, ["update-index", "-z", "--force-remove", "--stdin"], { input: input.join("") });
}

/**
 * Those of the untracked paths that are links, and that git would ignore if they were folders: it does not apply a rule like
 * `node_modules/` to a link, though whoever puts a link there means the same.
 */
export async function ignoredLinks(git: Git, worktree: Worktree, paths: readonly string[]): Promise<readonly string[]> {
  return ignoredAsFolders(git, placeOf(worktree), await linksAmong(worktree.path, paths));
}

async function linksAmong(top: string, paths: readonly string[]): Promise<readonly string[]> {
  const links: string[] = [];
  for (const path of paths) {
    if (path.endsWith("/")) continue;
    if ((await lstat(join(top, path)).catch(() => null))?.isSymbolicLink() === true) links.push(path);
  }
  return links;
}

/** Git says only of a folder that is there what it thinks of it, so the paths are folders in a tree that has nothing else but the rules. */
async function ignoredAsFolders(git: Git, place: Place, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${brand.bin}-links-`)));
  try {
    const workTree = join(folder, "tree");
    for (const path of paths) await mkdir(join(workTree, path), { recursive: true });
    for (const above of new Set(paths.flatMap(foldersAbove))) {
      const rules = join(place.workTree ?? place.cwd, above, ".gitignore");
      if ((await lstat(rules).catch(() => null))?.isFile() === true)
        await copyFile(rules, join(workTree, above, ".gitignore"));
    }
    const shadow: Place = { ...place, cwd: workTree, workTree, indexFile: join(folder, "index") };
    const input = paths.map((path) => `${path}\0`).join("");
    return await gitList(git, shadow, ["check-ignore", "--no-index", "-z", "--stdin"], { input, answers: [0, 1] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const foldersAbove = (path: string): string[] => {
  const above = dirname(path);
  return above === "." ? ["."] : [...foldersAbove(above), above];
};
