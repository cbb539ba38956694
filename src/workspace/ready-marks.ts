import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";

import { ignoredPaths } from "./look.ts";
import type { WorkspaceContext } from "./workspace-context.ts";
import { readText, type Worktree } from "./worktree-folder.ts";

/**
 * `begun`: a kept copy was being put there, and set-up has not ended since. `tainted`: set-up ran again where an agent's own
 * ignored files lay, which look as old as its own since then.
 */
type Made = "included" | "begun" | "setup" | "tainted";

/** What says that a worktree was made ready: beside the ledger, as its own folder is its agent's, who would forge it. */
export const markFile = ({ options }: WorkspaceContext, { gitDir }: Worktree, what: Made): string =>
  join(options.watchFolder, "ready", `${basename(gitDir)}-${what}`);

/** A worktree that is made anew under the same name is another one. */
async function identityOf({ gitDir }: Worktree): Promise<string> {
  const { ino, birthtimeMs } = await stat(gitDir);
  return `${ino} ${birthtimeMs}`;
}

/** What it was made ready with; null: it never was. */
export async function readMark(context: WorkspaceContext, worktree: Worktree, what: Made): Promise<string | null> {
  const [identity, key] = readText(markFile(context, worktree, what))?.split("\n") ?? [];
  return key !== undefined && identity === (await identityOf(worktree)) ? key : null;
}

/** `known`: the ignored paths there are; they are looked for where they are not known. */
export async function writeMark(
  context: WorkspaceContext,
  worktree: Worktree,
  what: Made,
  key: string,
  known: readonly string[] | null = null,
): Promise<void> {
  const path = markFile(context, worktree, what);
  const made = known ?? (await ignoredPaths(context.git, worktree));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    `${path}.new`,
    [await identityOf(worktree), key, ...made.map((name) => JSON.stringify(name))].join("\n"),
  );
  await rename(`${path}.new`, path);
}

export interface ReadyMark {
  /** It was written when the worktree was last made ready. */
  readonly file: string;
  /** The ignored paths that were there then. */
  readonly made: readonly string[];
}

/** Null: it never was made ready. */
export async function readyMark(context: WorkspaceContext, worktree: Worktree): Promise<ReadyMark | null> {
  for (const what of ["setup", "included"] as const) {
    if ((await readMark(context, worktree, what)) === null) continue;
    const file = markFile(context, worktree, what);
    const lines = (readText(file) ?? "").split("\n").slice(2);
    return { file, made: lines.map((line) => z.string().parse(JSON.parse(line))) };
  }
  return null;
}

/** Makes the next prepare copy and set up everything, whatever was done before. */
export async function forgetReady(context: WorkspaceContext, worktree: Worktree): Promise<void> {
  for (const what of ["setup", "begun", "included", "tainted"] as const) await dropMark(context, worktree, what);
}

export const dropMark = (context: WorkspaceContext, worktree: Worktree, what: Made): Promise<void> =>
  rm(markFile(context, worktree, what), { force: true });

export const isTainted = async (context: WorkspaceContext, worktree: Worktree): Promise<boolean> =>
  (await readMark(context, worktree, "tainted")) !== null;
