import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "./root.ts";

let made: string | null = null;

/** The program as users have it, made from the sources of now: once a process, in a folder that lies like the package. */
export function bundledMain(): string {
  if (made !== null) return made;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bundle-")));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const rolldown = join(root, "node_modules", "rolldown", "bin", "cli.mjs");
  execFileSync(process.execPath, [rolldown, "-c", "--dir", join(folder, "dist")], { cwd: root });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["package.json", "tasks.yaml"]) copyFileSync(join(root, name), join(folder, name));
  made = join(folder, "dist", "main.js");
  return made;
}
