import { commitTree } from "./commits.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { brand } from "../domain/brand.ts";
import { followRenames } from "../policy/follow-renames.ts";
import { isInputByName, isTestPath, type ChangeEntry } from "../policy/gate-inputs.ts";
import { isManifest, putBackManifest } from "../policy/manifest-sections.ts";
import { renamesOf, type Rename } from "./change-entries.ts";
import { gitLine, type Git, type Place } from "./git.ts";
import { textOf } from "./tree-entries.ts";

/** An entry with what stands in its place in the gate of the base; null: nothing. */
export interface PutBack<T extends ChangeEntry = ChangeEntry> {
  readonly entry: T;
  readonly file: ChangeEntry["before"];
}

/** What would have to be put back of some entries: manifests only where they differ in what belongs to the gate. */
export async function putBacks<T extends ChangeEntry>(
  git: Git,
  place: Place,
  commits: { readonly base: string; readonly commit: string },
  entries: readonly T[],
): Promise<readonly PutBack<T>[]> {
  const found: PutBack<T>[] = [];
  let renames: readonly Rename[] | null = null;
  for (const entry of entries) {
    const { path, before, after } = entry;
    if (isManifest(path) && !isTestPath(path)) {
      const [old, now] = [await contentOf(git, place, before), await contentOf(git, place, after)];
      const text = putBackManifest(path, old, now);
      if (text === now) continue;
      const mode = before?.mode ?? after?.mode ?? "100644";
      found.push({ entry, file: text === null ? null : { mode, id: await write(git, place, text) } });
      continue;
    }
    if (before === null || !before.mode.startsWith("100")) {
      found.push({ entry, file: before });
      continue;
    }
    renames ??= (await renamesOf(git, place, commits.base, commits.commit)).filter(
      ({ from, to }) => !isInputByName(from) && !isInputByName(to),
    );
    const text = renames.length === 0 ? "" : ((await contentOf(git, place, before)) ?? "");
    const followed = followRenames(path, text, renames);
    found.push({ entry, file: followed === text ? before : { ...before, id: await write(git, place, followed) } });
  }
  return found;
}

const contentOf = async (git: Git, place: Place, file: ChangeEntry["before"]): Promise<string | null> =>
  file === null || !file.mode.startsWith("100") ? null : textOf(git, place, file.id);

const write = (git: Git, place: Place, text: string): Promise<string> =>
  gitLine(git, place, ["hash-object", "-w", "--stdin"], { input: text });

/** A commit on the base: the tree of a change with some paths put back. */
export async function commitWithPutBack(
  git: Git,
  place: Place,
  commits: { readonly base: string; readonly commit: string },
  back: readonly PutBack[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${brand.bin}-gate-`));
  try {
    const at = { ...place, indexFile: join(folder, "index") };
    await git(at, ["read-tree", commits.commit]);
    const none = "0".repeat(commits.commit.length);
    const gone = back.map(({ entry }) => `0 ${none}\t${entry.path}\0`);
    // What stands in the way of a file that comes back, a folder or a file in the place of its folder, goes.
    const come = back.flatMap(({ entry, file }) => (file === null ? [] : [`${file.mode} ${file.id}\t${entry.path}\0`]));
    await git(at, ["update-index", "-z", "--add", "--replace", "--index-info"], { input: [...gone, ...come].join("") });
    const tree = await gitLine(git, at, ["write-tree"]);
    return await commitTree(git, place, { tree, parents: [commits.base], text: "The gate of the base\n" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
