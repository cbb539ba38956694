import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "./root.ts";
import { rootVariable } from "./run-root.ts";

let made: string | null = null;

/**
 * The program as users have it, made from the sources of now: once a run of the tests, in a folder that lies like the package. It
 * starts in half the time that its sources take.
 */
export function bundledMain(): string {
  made ??= makeBundle();
  return made;
}

function makeBundle(): string {
  const home = process.env[rootVariable] ?? null;
  const place = home === null ? null : join(home, "bundle");
  if (place !== null && existsSync(place)) return mainIn(place);
  const folder = realpathSync(mkdtempSync(join(home ?? tmpdir(), "bundle-")));
  if (home === null) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const rolldown = join(root, "node_modules", "rolldown", "bin", "cli.mjs");
  execFileSync(process.execPath, [rolldown, "-c", "--dir", join(folder, "dist")], { cwd: root });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["package.json", "tasks.yaml"]) copyFileSync(join(root, name), join(folder, name));
  if (place === null) return mainIn(folder);
  try {
    renameSync(folder, place);
  } catch (error) {
    // Another worker was first.
    if (!existsSync(place)) throw error;
  }
  return mainIn(place);
}

const mainIn = (folder: string): string => join(folder, "dist", "main.js");
