import { readFileSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";

import { problemLine, type Problem } from "../../domain/problem.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Backlog } from "../../engine/run/backlog-sync.ts";
import { rereadBacklog } from "../inputs/read-inputs.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";

/** Editors write in several steps; the file is read when they are through. */
const settleMs = 150;

/**
 * Reads a backlog again whenever its file changes. What does not read well is told and the last good text stays. The folder is
 * watched, because most editors replace the file.
 */
export function watchBacklog(
  program: Program,
  path: string,
  settings: Settings,
  on: { readonly changed: (backlog: Backlog) => void; readonly bad: (text: string) => void },
): () => void {
  let last = textOf(path);
  let timer: NodeJS.Timeout | null = null;
  const look = (): void => {
    const text = textOf(path);
    if (text === null || text === last) return;
    last = text;
    const read = tryRead(program, path, settings);
    if (typeof read === "string") on.bad(read);
    else on.changed(read);
  };
  const notice = (name: string | null): void => {
    if (name !== null && name !== basename(path)) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(look, settleMs);
  };
  const watcher = tryWatch(dirname(path), notice);
  return () => {
    watcher?.close();
    if (timer !== null) clearTimeout(timer);
  };
}

/** Null: the system has no watches left. Without notices the file is read at the next run. */
function tryWatch(folder: string, notice: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => notice(name));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** A string says what is wrong. */
function tryRead(program: Program, path: string, settings: Settings): Backlog | string {
  try {
    const read = rereadBacklog(program, path, settings);
    return isBacklog(read) ? read : wrong(read);
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}

const isBacklog = (read: Backlog | readonly Problem[]): read is Backlog => "tasks" in read;

function wrong(problems: readonly Problem[]): string {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return `the last good backlog stays: ${first === undefined ? "it cannot be read" : problemLine(first)}${more}`;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
