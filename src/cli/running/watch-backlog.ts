import { readFileSync, watch } from "node:fs";
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
  const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
    if (name !== null && name !== basename(path)) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(look, settleMs);
  });
  // Without notices the file is read at the next run.
  watcher.on("error", () => watcher.close());
  return () => {
    watcher.close();
    if (timer !== null) clearTimeout(timer);
  };
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
