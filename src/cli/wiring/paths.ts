import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

import { brand, envName } from "../../domain/brand.ts";
import type { RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import { CommandError } from "../program/command-error.ts";
import type { Environment } from "../program/program.ts";

/** Where things lie. All absolute; nothing is made by asking. */
export class Paths {
  /** State of all repositories of this user on this machine. */
  readonly state: string;
  readonly configHome: string | null;
  readonly home: string;

  constructor(env: Environment) {
    const home = env["HOME"] ?? "";
    this.home = home === "" ? homedir() : home;
    this.configHome = absolute(env["XDG_CONFIG_HOME"]);
    const moved = env[envName("HOME")] ?? "";
    if (moved !== "" && !isAbsolute(moved))
      throw new CommandError(`${envName("HOME")} must be an absolute path, not ${JSON.stringify(moved)}`);
    // XDG: a relative path does not count.
    this.state =
      moved === "" ? join(absolute(env["XDG_STATE_HOME"]) ?? join(this.home, ".local", "state"), brand.folder) : moved;
  }

  get ledger(): string {
    return join(this.state, "ledger.db");
  }

  get scratch(): string {
    return join(this.state, "scratch.db");
  }

  /** What was copied last on a screen whose terminal may have no clipboard. */
  get copied(): string {
    return join(this.state, "copied.txt");
  }

  /** Prompts, outputs and logs of all runs. */
  get runs(): string {
    return join(this.state, "runs");
  }

  run(run: RunId): string {
    return join(this.runs, run);
  }

  calls(run: RunId): string {
    return join(this.run(run), "calls");
  }

  checks(run: RunId, task: TaskId): string {
    return join(this.run(run), "checks", task);
  }

  get worktreesRoot(): string {
    return join(this.state, "worktrees");
  }

  worktrees(repository: RepositoryId, moved: string | null): string {
    return join(moved ?? this.worktreesRoot, repository);
  }

  /** What is known of a repository's refs and settings, and which moves are ours. */
  watch(repository: RepositoryId): string {
    return join(this.state, "watch", repository);
  }

  /** What a person trusts of one repository or folder. */
  trust(place: string): string {
    return join(this.state, "trust", nameOf(place));
  }

  /** What was read from a backlog file. */
  backlog(file: string): string {
    return join(this.state, "backlogs", nameOf(file));
  }

  /** What a background engine says before and beside its run. */
  engineLog(repository: RepositoryId): string {
    return join(this.state, "engines", `${repository}.log`);
  }
}

const nameOf = (path: string): string => `${createHash("sha256").update(path).digest("hex").slice(0, 32)}.json`;

function absolute(path: string | undefined): string | null {
  return path !== undefined && isAbsolute(path) ? path : null;
}

/** A folder that is there, and that nobody but its owner, who started this, may write to. */
export function isOwnFolder(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
}
