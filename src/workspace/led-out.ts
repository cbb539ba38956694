import { posix } from "node:path";

import { bareFolders, climbedFrom, isLeadingOut } from "../policy/led-out.ts";
import { changeEntries } from "./change-entries.ts";
import { gitList } from "./git.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** No target of a link that a system follows is longer. */
const longestTarget = 4_096;
/** Of a target, for a person. */
const mostSaid = 200;

/** What a change brings that works beyond the files themselves: links that lead out, and repositories within this one. In words. */
export async function leadingOut(context: WorkspaceContext, from: string, to: string): Promise<readonly string[]> {
  const { place } = await context.at();
  const changed = (await changeEntries(context.git, place, from, to)).flatMap(({ path, after }) =>
    after === null ? [] : [{ path, ...after }],
  );
  const found: string[] = [];
  for (const { path, mode, id } of changed) {
    if (mode !== "120000") continue;
    const { stdout: target } = await context.git(place, ["cat-file", "blob", id], { cutAtBytes: longestTarget });
    if (isLeadingOut(path, target) || (await isAnyLink(context, to, climbedFrom(path, target))))
      found.push(`the link ${path} to ${target.length > mostSaid ? `${target.slice(0, mostSaid)}…` : target}`);
  }
  for (const folder of bareFolders(changed.map(({ path }) => path))) {
    const [head, ...rest] = ["HEAD", "config", "objects", "refs", "packed-refs"].map((part) =>
      posix.join(folder, part),
    );
    const args = ["ls-tree", "--name-only", "-z", "--full-tree", to, "--"];
    const there = await gitList(context.git, place, [...args, head ?? "", ...rest]);
    // Git commits no empty folder: what is left of a new one is enough to be asked about.
    if (there.includes(head ?? "") && there.length > 1) found.push(`the repository ${folder === "" ? "." : folder}`);
  }
  return found;
}

/** Whether one of these is a link in a commit. */
async function isAnyLink({ git, at }: WorkspaceContext, commit: string, paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return false;
  const args = ["ls-tree", "-z", "--full-tree", commit, "--", ...paths];
  return (await gitList(git, (await at()).place, args)).some((entry) => entry.startsWith("120000 "));
}
