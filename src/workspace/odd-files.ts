import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import type { TaskId } from "../domain/ids.ts";
import { newObjectsFolder } from "../processes/enclose.ts";
import { runCommand } from "../processes/run-command.ts";

import { walk } from "./walk.ts";
import type { Worktree } from "./worktree-folder.ts";

const timeoutMs = 60_000;

/** What it needs of a workspace. */
interface Site {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly note: (level: "warn", text: string, task: TaskId) => void;
}

/**
 * Takes away what an agent may have left for our own git to fall for, which runs outside of the wall. In the worktree's folder of
 * git there are only files and folders: by a link git would write wherever that leads. For rules that are a pipe git would wait for ever.
 */
export async function dropOddFiles(context: Site, worktree: Worktree, name: TaskId): Promise<void> {
  const dropped = [...(await dropLinks(worktree.gitDir)), ...(await dropPipes(context, worktree))];
  for (const path of dropped) context.note("warn", `removed ${path}, which was no plain file: git would use it`, name);
}

async function dropLinks(folder: string): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      // What is in there is looked at one by one when it is taken over.
      if (entry.name !== newObjectsFolder) dropped.push(...(await dropLinks(path)));
    } else if (!entry.isFile()) {
      await rm(path, { force: true });
      dropped.push(path);
    }
  }
  return dropped;
}

const rules = [".gitignore", ".gitattributes", ".gitmodules"];

async function dropPipes(context: Site, { path }: Worktree): Promise<readonly string[]> {
  const odd = (await walk(path))?.odd.filter((name) => rules.includes(basename(name)));
  const dropped = odd ?? (await findPipes(context, path));
  for (const name of dropped) await rm(name, { force: true });
  return dropped;
}

async function findPipes(context: Site, path: string): Promise<readonly string[]> {
  const named = ["(", ...rules.flatMap((name, n) => (n === 0 ? ["-name", name] : ["-o", "-name", name])), ")"];
  const odd = ["!", "-type", "f", "!", "-type", "d", "!", "-type", "l"];
  const found = await runCommand({
    argv: ["find", ".", "-name", ".git", "-prune", "-o", ...named, ...odd, "-print0"],
    cwd: path,
    env: { PATH: context.environment["PATH"] ?? "" },
    timeoutMs,
  });
  return found.stdout.split("\0").flatMap((name) => (name === "" ? [] : [join(path, name)]));
}
