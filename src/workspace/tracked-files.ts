import { posix } from "node:path";

import type { TrackedFile } from "../policy/trust.ts";
import { treeOf } from "./commits.ts";
import type { Git, Place } from "./git.ts";
import { entriesOf, textOf } from "./tree-entries.ts";

/** The wanted files of a commit. What a link leads to is part of it. */
export async function trackedFiles(
  git: Git,
  place: Place,
  commit: string,
  wanted: (path: string) => boolean,
): Promise<readonly TrackedFile[]> {
  const entries = new Map((await entriesOf(git, place, commit)).map((entry) => [entry.path, entry]));
  const found = new Map<string, TrackedFile>();
  const take = async (path: string): Promise<void> => {
    const entry = entries.get(path);
    if (entry === undefined || found.has(path)) return;
    found.set(path, { path, content: `${entry.mode} ${entry.id}`, outside: null });
    if (entry.mode !== linkMode) return;
    const target = ((await textOf(git, place, entry.id)) ?? "").replace(/\r?\n$/, "");
    const to = posix.normalize(posix.join(posix.dirname(path), target)).replace(/\/$/, "");
    const outside = posix.isAbsolute(target) || to === ".." || to.startsWith("../");
    // A way through other links is not followed: any change of the commit counts for it then.
    const led = outside ? target : ((await objectAt(git, place, commit, to)) ?? (await treeOf(git, place, commit)));
    found.set(path, { path, content: `${linkMode} ${target} ${led}`, outside: outside ? target : null });
    if (outside) return;
    for (const other of entries.keys())
      if (entries.get(other)?.mode === linkMode && other.startsWith(`${to}/`)) await take(other);
    if (entries.get(to)?.mode === linkMode) await take(to);
  };
  for (const path of entries.keys()) if (wanted(path)) await take(path);
  return [...found.values()];
}

const linkMode = "120000";

/** The object at a path of a commit, a folder's as well; null: there is none. */
async function objectAt(git: Git, place: Place, commit: string, path: string): Promise<string | null> {
  const name = path === "." ? `${commit}^{tree}` : `${commit}:${path}`;
  const { code, stdout } = await git(place, ["rev-parse", "--verify", "--quiet", "--end-of-options", name], {
    answers: [0, 1, 128],
  });
  return code === 0 ? stdout.trim() : null;
}
