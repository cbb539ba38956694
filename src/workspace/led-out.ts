import { posix } from "node:path";

import { bareFolders, climbedFrom, isLeadingOut } from "../policy/led-out.ts";
import { changeEntries } from "./change-entries.ts";
import type { TreeEntry } from "./read-trees.ts";
import { entriesOf, textOf } from "./tree-entries.ts";
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
  const all = (): Promise<readonly TreeEntry[]> => entriesOf(context.git, place, to);
  /** Whether one of these is a link in the commit. */
  const isAnyLink = async (paths: readonly string[]): Promise<boolean> =>
    paths.length > 0 && (await all()).some(({ path, mode }) => mode === "120000" && paths.includes(path));
  const found: string[] = [];
  for (const { path, mode, id } of changed) {
    if (mode !== "120000") continue;
    const target = await textOf(context.git, place, id, longestTarget);
    if (target === null || isLeadingOut(path, target) || (await isAnyLink(climbedFrom(path, target))))
      found.push(`the link ${path} to ${target === null ? "what is too long for a link" : shortOf(target)}`);
  }
  for (const folder of bareFolders(changed.map(({ path }) => path))) {
    const files = await all();
    const has = (part: string): boolean => {
      const whole = posix.join(folder, part);
      return files.some(({ path }) => path === whole || path.startsWith(`${whole}/`));
    };
    // Git commits no empty folder: what is left of a new one is enough to be asked about.
    if (has("HEAD") && ["config", "objects", "refs", "packed-refs"].some(has))
      found.push(`the repository ${folder === "" ? "." : folder}`);
  }
  return found;
}

const shortOf = (target: string): string => (target.length > mostSaid ? `${target.slice(0, mostSaid)}…` : target);
