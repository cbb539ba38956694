import { neededFiles } from "../policy/needed-files.ts";
import { gitList, type Git } from "./git.ts";
import { includeList } from "./worktree-include.ts";

/** Ignored files of a checkout that programs are likely to read, and that no new worktree gets. */
export async function lackingFiles(git: Git, top: string): Promise<readonly string[]> {
  const place = { cwd: top };
  const ignored = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const needed = neededFiles(await gitList(git, place, ignored));
  if (needed.length === 0) return [];
  const named = new Set((await includeList(git, top)) ?? []);
  return needed.filter((path) => !named.has(path));
}
