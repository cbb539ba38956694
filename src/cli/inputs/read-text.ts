import { readFileSync } from "node:fs";
import { isAbsolute, relative } from "node:path";

import { CommandError } from "../program/command-error.ts";

/** As a person in that folder would write it. */
export function shownPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === "" || near.startsWith("..") || isAbsolute(near) ? path : near;
}

/** A file the user named; CommandError when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
