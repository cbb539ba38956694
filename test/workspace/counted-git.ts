import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { systemClock } from "../../src/processes/clock.ts";
import { createGit, type Git, type Place } from "../../src/workspace/git.ts";
import { scratch, type Scratch } from "./scratch.ts";

export interface Read {
  readonly own: Scratch;
  readonly git: Git;
  readonly place: Place;
  /** The processes of git that were started to be asked, by pid. */
  readonly living: () => readonly number[];
  /** Other commands that were run. */
  readonly commands: () => readonly string[];
}

/** A repository whose git writes down what it is started for. */
export function reader(own = scratch()): Read {
  const bin = join(own.root, "bin");
  const log = join(own.root, "commands");
  mkdirSync(bin);
  writeFileSync(log, "");
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\nprintf '%s ' $$ "$@" >> '${log}'\necho >> '${log}'\nexec '${real}' "$@"\n`;
  writeFileSync(join(bin, "git"), script, { mode: 0o755 });
  const environment = { ...own.environment, PATH: `${bin}:${own.environment["PATH"] ?? ""}` };
  const lines = (): string[] =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  return {
    own,
    git: createGit({ environment, clock: systemClock, note: () => undefined }),
    place: { cwd: own.project, gitDir: join(own.project, ".git") },
    living: () => lines().flatMap((line) => (line.includes("--batch-command") ? [Number.parseInt(line, 10)] : [])),
    commands: () => lines().filter((line) => !line.includes("--batch-command")),
  };
}

export function write(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    rmSync(path, { recursive: true, force: true });
    if (text === null) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

export function commit(own: Scratch, message = "more"): string {
  own.git(own.project, "add", "--all");
  own.git(own.project, "commit", "-q", "--allow-empty", "-m", message);
  return own.git(own.project, "rev-parse", "HEAD");
}
