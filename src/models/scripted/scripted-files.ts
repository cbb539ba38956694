import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { dirname, join } from "node:path";

import { escapesFolder, type ScenarioEdit } from "../../domain/scenario.ts";
import type { UseFiles } from "./scripted-uses.ts";

/**
 * What scripted models touch. Everything is done at once, without giving the event loop a turn: on a virtual clock nothing
 * may be under way that the clock does not know of.
 */
export interface ScriptedFiles extends UseFiles {
  /** Changes one file in the working directory, whole or not at all. Returns what is wrong with it; null: done. */
  edit(workdir: string, edit: ScenarioEdit): string | null;
}

export const realFiles: ScriptedFiles = {
  read: (path) => contentOf(path) ?? "",
  append: (path, text) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, text, { mode: 0o600 });
  },
  edit: (workdir, edit) => {
    if (escapesFolder(edit.path)) return `${JSON.stringify(edit.path)} is no path inside the working directory`;
    try {
      return change(realpathSync(workdir), edit);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};

function change(workdir: string, edit: ScenarioEdit): string | null {
  const path = join(workdir, edit.path);
  const obstacle = foldersUnder(workdir, edit.path, edit.kind !== "delete");
  if (obstacle !== null) return obstacle;
  const old = look(path);
  if (old?.isDirectory() === true) return `${edit.path} is a folder`;
  if (edit.kind === "delete") {
    if (old !== null) unlinkSync(path);
    return null;
  }
  if (old?.isSymbolicLink() === true) return `${edit.path} is a link`;
  const before = edit.kind === "append" ? (contentOf(path) ?? "") : "";
  const half = `${path}.${process.pid}.half`;
  writeFileSync(half, before + edit.text, { mode: old === null ? 0o644 : old.mode & 0o777 });
  renameSync(half, path);
  return null;
}

/** Walks to the file's folder and makes what is missing; a link or a file on the way is an obstacle. */
function foldersUnder(workdir: string, path: string, make: boolean): string | null {
  let folder = workdir;
  for (const part of path.split("/").slice(0, -1)) {
    folder = join(folder, part);
    const stats = look(folder);
    if (stats !== null && !stats.isDirectory())
      return `${path} leads through ${part}, which is no folder of the working directory`;
    if (stats === null && make) mkdirSync(folder);
  }
  return null;
}

function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
