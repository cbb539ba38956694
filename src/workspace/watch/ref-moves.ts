import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { MoveReader } from "../git.ts";
import { readText } from "../worktree-folder.ts";

/**
 * The shared ref that a git command moves; null: none. HEAD of a worktree that stands on no branch is nobody else's. A command
 * that moves refs in another way is to be added here: it would be taken for somebody else's.
 */
export const refMoveOf: MoveReader = async (place, args) => {
  const [command, ...rest] = args;
  if (command === "update-ref") return updateOf(rest);
  const moves =
    command === "reset"
      ? rest.includes("--hard") || rest.includes("--keep")
      : command === "merge" && rest.includes("--ff-only");
  const to = rest.at(-1);
  if (!moves || to === undefined) return null;
  const head = /^ref: (refs\/\S+)/.exec(readText(join(await gitDirOf(place), "HEAD")) ?? "")?.[1];
  return head === undefined ? null : { ref: head, to };
};

function updateOf(args: readonly string[]): Awaited<ReturnType<MoveReader>> {
  const plain: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (word === "-m") at += 1;
    else if (!word.startsWith("-") || word === "") plain.push(word);
  }
  const [ref = "", to = ""] = plain;
  if (!ref.startsWith("refs/")) return null;
  return { ref, to: args.includes("-d") || /^0*$/.test(to) ? null : to };
}

async function gitDirOf(place: Parameters<MoveReader>[0]): Promise<string> {
  if (place.gitDir !== undefined) return place.gitDir;
  const file = join(place.cwd, ".git");
  if ((await stat(file).catch(() => null))?.isFile() !== true) return file;
  const target = /^gitdir: (.*?)\s*$/.exec(readText(file) ?? "")?.[1];
  return target === undefined ? file : resolve(place.cwd, target);
}
