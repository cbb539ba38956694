import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

import { defaultSandbox, type SandboxSettings } from "../../src/domain/sandbox.ts";
import { createEnclose, type Enclose } from "../../src/processes/enclose.ts";
import { findSandbox, type FoundSandbox } from "../../src/processes/find-sandbox.ts";
import { noPlaces, type AgentPlaces } from "../../src/processes/sandbox-rules.ts";
import { runUserCommand, type UserCommandResult } from "../../src/processes/user-command.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";

export const sandbox: FoundSandbox = await findSandbox(defaultSandbox, path);
export const noSandbox: string | null = sandbox.kind === "none" ? sandbox.why : null;

/** A person's machine in small: a home with secrets, a state folder, a repository with a worktree of a task, and another. */
export interface WalledPlace {
  readonly root: string;
  readonly home: string;
  readonly state: string;
  readonly top: string;
  readonly worktree: string;
  readonly other: string;
  readonly gitDir: string;
  /** As XDG_RUNTIME_DIR. */
  readonly runtime: string;
  write(path: string, text: string): void;
  enclose(settings?: Partial<SandboxSettings>, agent?: AgentPlaces): Enclose;
  /** Runs a command in the worktree: behind the wall, or without one. */
  run(command: string, wall: Enclose | null): Promise<UserCommandResult>;
  git(cwd: string, ...args: string[]): string;
}

export function walledPlace(name = "a place", over: (end: () => void) => void = onTestFinished): WalledPlace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "wall-")));
  over(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const home = join(root, name, "home");
  const state = join(home, ".local/state/gandy");
  const top = join(home, "project");
  const worktrees = join(state, "worktrees/r1");
  const worktree = join(worktrees, "A-1");
  const other = join(worktrees, "B-1");
  const gitDir = join(top, ".git/worktrees/A-1");
  const runtime = join(root, "runtime");
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd,
      encoding: "utf8",
      env: { PATH: path, HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  write(join(top, "a.txt"), "one\n");
  git(top, "init", "--quiet", "-b", "main");
  git(top, "add", ".");
  git(top, "commit", "--quiet", "-m", "start");
  git(top, "worktree", "add", "--quiet", "-b", "gandy/A-1", worktree);
  git(top, "worktree", "add", "--quiet", "-b", "gandy/B-1", other);
  write(join(state, "ledger.db"), "the ledger");
  write(join(state, "runs/r/calls/c/1/prompt.md"), "the prompt");
  write(join(home, ".ssh/id_ed25519"), "a key");
  write(join(state, "token"), "a token");
  write(join(home, ".claude/settings.json"), "{}");
  write(join(home, ".netrc"), "a password");
  write(join(home, ".bash_history"), "what was typed");
  write(join(home, ".bashrc"), "set -o vi");
  write(join(home, ".config/gandy/config.yaml"), "sandbox: auto");
  mkdirSync(join(home, ".cache"));
  mkdirSync(runtime);
  const enclose = (settings: Partial<SandboxSettings> = {}, agent: AgentPlaces = noPlaces): Enclose => {
    const made = createEnclose({
      find: () => Promise.resolve(sandbox),
      settings: { ...defaultSandbox, ...settings },
      home,
      runtime,
      own: [state, join(home, ".config/gandy/config.yaml")],
      agents: [join(home, ".claude")],
      keep: join(state, "sandbox/r1"),
      repository: () => Promise.resolve({ top, commonDir: join(top, ".git"), worktrees, gitDir }),
    });
    const visible = [dirname(realpathSync(process.execPath))];
    return (what) => made({ ...what, agent, visible: [...visible, ...what.visible] });
  };
  const run: WalledPlace["run"] = (command, wall) =>
    runUserCommand({
      command,
      cwd: worktree,
      env: { pass: [], set: {} },
      parent: { PATH: path, HOME: home },
      own: {},
      timeoutMs: 3_600_000,
      ...(wall === null ? {} : { enclose: wall }),
    });
  return { root, home, state, top, worktree, other, gitDir, runtime, write, enclose, run, git };
}
