import { namesThroughLinks } from "../policy/names-through-links.ts";
import { folderName, joined } from "../policy/shell-commands.ts";
import { changeEntries } from "./change-entries.ts";
import { entriesOf, textOf } from "./tree-entries.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** No target of a link that a system follows is longer. */
const longestTarget = 4_096;
/** Git's modes of a link and of a commit of another repository: either may stand for a whole folder. */
const standsForFolder: ReadonlySet<string | undefined> = new Set(["120000", "160000"]);

/** The paths in which two commits differ, with what they are called where links of the second lead to them. */
export async function touchedPaths(
  { git, at }: WorkspaceContext,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const { place } = await at();
  const changed = await changeEntries(git, place, from, to);
  const paths = changed.flatMap(({ path, before, after }) =>
    standsForFolder.has(before?.mode) || standsForFolder.has(after?.mode) ? [path, `${path}/`] : [path],
  );
  const links: (readonly [string, string])[] = [];
  for (const { path, mode, id } of await entriesOf(git, place, to)) {
    if (mode !== "120000") continue;
    const target = (await textOf(git, place, id, longestTarget)) ?? "/";
    if (!target.startsWith("/")) links.push([path, joined(folderName(path), target)]);
  }
  return namesThroughLinks(paths, links);
}
