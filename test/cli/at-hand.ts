import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { onTestFinished } from "vitest";

import type { ActionSpec } from "../../src/actions/action.ts";
import { innerActions } from "../../src/actions/inner.ts";
import { actionTable } from "../../src/actions/table.ts";
import { main } from "../../src/cli/main.ts";
import { createProgram, type SignalName } from "../../src/cli/program/program.ts";
import { brand, envName, tokenName } from "../../src/domain/brand.ts";
import type { SandboxMode } from "../../src/domain/sandbox.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { clockEnv } from "../clock/child-env.ts";
import { rootVariable } from "../run-root.ts";
import { giveToken } from "../token.ts";
import { trustAsItIs } from "../trusting.ts";
import { until } from "../until.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A repository and a home of their own, and this program in them. */
export interface Hand {
  readonly top: string;
  readonly home: string;
  readonly env: Record<string, string>;
  /** Runs one command in this process. */
  say(...argv: string[]): Promise<Said>;
  /** The same, with signals that are sent by name. */
  begin(argv: readonly string[], options?: BeginOptions): Started;
  write(path: string, text: string): void;
  git(...args: string[]): string;
}

export type Typed = string | (() => Promise<string>);

export interface BeginOptions {
  readonly cwd?: string;
  readonly terminal?: boolean;
  /** What a person types, or does before they type it. */
  readonly typed?: readonly Typed[];
  /** Whether a person has said yes to the repository as it stands now. Default: true. */
  readonly trusted?: boolean;
  /** Beside what every test has. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Started {
  readonly end: Promise<Said>;
  /** What was printed so far. */
  out(): string;
  signal(name: SignalName): void;
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync(
    "git",
    ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", ...args],
    {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, GIT_CONFIG_NOSYSTEM: "1" },
    },
  );
}

function writeIn(top: string, path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
}

const made = new Map<string, string>();

/** A repository that holds these files and is copied, not used: many tests begin with the same. */
function committed(files: Readonly<Record<string, string>>): string {
  const key = JSON.stringify(files);
  const known = made.get(key);
  if (known !== undefined) return known;
  const top = mkdtempSync(join(process.env[rootVariable] ?? tmpdir(), "committed-"));
  for (const [path, text] of Object.entries(files)) writeIn(top, path, text);
  git(top, "init", "--quiet");
  git(top, "add", "--all");
  git(top, "commit", "--quiet", "--allow-empty", "-m", "start");
  made.set(key, top);
  return top;
}

/** `files` are committed; null: a folder that is no repository. Nothing has a wall but where it is asked for. Everything is removed when the test is over. */
export function atHand(files: Readonly<Record<string, string>> | null = null, sandbox: SandboxMode = "off"): Hand {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cli-")));
  const begun = new Set<Started>();
  onTestFinished(async () => {
    for (const one of begun) one.signal("SIGTERM");
    await until("the end of what was begun", () => begun.size === 0);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const top = join(folder, "repository");
  const home = join(folder, "home");
  mkdirSync(home);
  if (files === null) mkdirSync(top);
  else cpSync(committed(files), top, { recursive: true, preserveTimestamps: true });
  const write = (path: string, text: string): void => writeIn(top, path, text);
  // An agent of a test starts late only where the machine is busy.
  const config = join(home, ".config", brand.folder);
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, "config.yaml"), `timeouts: {startup: 2h, idle: 2h}\nsandbox: ${sandbox}\n`);
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    ...clockEnv,
    [envName("HOME")]: join(home, "state"),
    [tokenName]: giveToken(join(home, "state")),
  };
  const begin: Hand["begin"] = (argv, options = {}) => {
    const started = start(argv, {
      cwd: top,
      terminal: false,
      typed: [],
      trusted: true,
      ...options,
      env: { ...env, ...options.env },
    });
    begun.add(started);
    const over = (): void => void begun.delete(started);
    started.end.then(over, over);
    return started;
  };
  return { top, home, env, write, begin, say: (...argv) => begin(argv).end, git: (...args) => git(top, ...args) };
}

const runners: ReadonlySet<string> = new Set(
  Object.values({ ...actionTable, ...innerActions }).flatMap(({ cli, runs }: ActionSpec) =>
    runs === undefined || cli === null ? [] : [cli.command],
  ),
);

function start(
  argv: readonly string[],
  given: {
    readonly cwd: string;
    readonly terminal: boolean;
    readonly typed: readonly Typed[];
    readonly trusted: boolean;
    readonly env: Record<string, string>;
  },
): Started {
  const text = { out: "", err: "" };
  const listeners = new Set<(signal: SignalName) => void>();
  const typed = [...given.typed];
  const program = createProgram({
    env: { ...given.env, ...(given.terminal ? { TERM: "xterm-256color" } : {}) },
    cwd: given.cwd,
    clock: systemClock,
    random: Math.random,
    closed: () => false,
    stdinIsTerminal: given.terminal,
    hasTerminal: () => given.terminal,
    stdout: { isTTY: given.terminal, columns: 120, rows: 40, write: (more) => (text.out += more) },
    stderr: { isTTY: given.terminal, columns: 120, write: (more) => (text.err += more) },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ask: async () => {
      const next = typed.shift() ?? null;
      return typeof next === "function" ? await next() : next;
    },
    input: () => Readable.from(typed.splice(0).map((line) => Buffer.from(typeof line === "string" ? line : ""))),
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
  });
  return {
    end: (given.trusted && runners.has(argv[0] ?? "")
      ? trustAsItIs(program).then(() => main(argv, program))
      : main(argv, program)
    ).then((code) => ({ code, out: text.out, err: text.err })),
    out: () => text.out,
    signal: (name) => {
      for (const listener of listeners) listener(name);
    },
  };
}
