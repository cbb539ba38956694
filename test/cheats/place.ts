import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { brand } from "../../src/domain/brand.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { bundledMain } from "../bundle.ts";
import { exportClock } from "../clock/child-env.ts";
import { endLeftovers, processesOf } from "../leftovers.ts";
import { quoted } from "./cheat.ts";

/** A repository, a home, and the real program in them; what the agent of each task does is a shell script. */
export interface Place {
  readonly top: string;
  readonly home: string;
  /** Where a control may do what an agent would. */
  readonly control: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Planned {
  /** Committed to the base. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines of the settings beside models and roles. */
  readonly settings: string;
  /** The backlog, as YAML. */
  readonly tasks: string;
  /** Commands of the shell that are run in the checkout when all is committed. */
  readonly prepare?: string;
  /** What the agent does, by task, in its worktree. Once: asked again it does nothing. */
  readonly agents: Readonly<Record<string, string>>;
}

const identity = { GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@localhost" };
const committer = { GIT_COMMITTER_NAME: "t", GIT_COMMITTER_EMAIL: "t@localhost" };

export function git(place: Pick<Place, "top" | "env">, ...argv: readonly string[]): string {
  return execFileSync("git", argv, {
    cwd: place.top,
    env: place.env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

export function makePlace({ files, settings, tasks, agents, prepare = "" }: Planned): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cheats-")));
  const home = join(folder, "home");
  const place: Place = {
    top: join(folder, "repository"),
    home,
    control: join(folder, "control"),
    env: {
      PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}`,
      HOME: home,
      ...identity,
      ...committer,
      GIT_CONFIG_NOSYSTEM: "1",
    },
  };
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  };
  for (const [path, text] of Object.entries({ ...files, "tasks.yaml": tasks })) put(join(place.top, path), text);
  put(join(home, "bin", brand.bin), programScript());
  put(join(home, "agent.sh"), agentScript(agents));
  put(join(home, "usual.yaml"), "version: 1\ndefaults: {delay: 0ms, tokens_per_s: 0}\nrules: []\n");
  put(join(home, ".config", brand.folder, "config.yaml"), settingsText(home, settings));
  git(place, "init", "--quiet", "--initial-branch=main");
  git(place, "add", "--all");
  git(place, "commit", "--quiet", "--message=start");
  execFileSync("sh", ["-c", prepare], { cwd: place.top, env: place.env, stdio: "ignore" });
  return place;
}

/** The program as it is installed. */
const programScript = (): string => `#!/bin/sh
${exportClock}exec ${quoted(process.execPath)} ${quoted(bundledMain())} "$@"
`;

function agentScript(agents: Planned["agents"]): string {
  const cases = Object.entries(agents).map(([task, script]) => `${task})\n${script}\n;;`);
  const who = Object.entries({ ...identity, ...committer }).map(([name, value]) => `export ${name}=${value}`);
  return `#!/bin/sh
case "$GANDY_KEY" in *again*) exit 0;; */S1/implement/*) ;; *) exit 0;; esac
${who.join("\n")}
case "$GANDY_TASK" in
${cases.join("\n")}
esac
exit 0
`;
}

const settingsText = (home: string, settings: string): string => `models:
  cheat: {adapter: command, argv: [${join(home, "agent.sh")}]}
  usual: {adapter: scripted, scenario: ${join(home, "usual.yaml")}}
roles: {planner: [usual], plan_reviewer: [usual], implementer: [cheat], code_reviewer: [usual]}
limits: {parallel: 2, awaiting_human: 1000}
${settings}`;

/** Runs a script of an agent where it harms nobody. */
export function asAgent(place: Place, task: string, cwd: string): void {
  const env = { ...place.env, GANDY_KEY: "g1/main/S1/implement/1", GANDY_TASK: task };
  execFileSync(join(place.home, "agent.sh"), { cwd, env, stdio: "ignore" });
}

/** Whether a command of the shell ends well. */
export function endsWell(place: Place, command: string, cwd: string): boolean {
  try {
    execFileSync("sh", ["-c", command], { cwd, env: { ...place.env, NO_COLOR: "1" }, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
}

/** One command of the real program, without a terminal, in the checkout. */
export async function program(place: Place, ...argv: readonly string[]): Promise<Ran> {
  const child = spawn(join(place.home, "bin", brand.bin), argv, {
    cwd: place.top,
    env: place.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (out += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", (exit) => resolve(exit)));
  return { code, out };
}

/** All that the ledger of a place has written down. */
export async function eventsOf(place: Place): Promise<readonly RecordedEvent[]> {
  const path = join(place.home, ".local", "state", brand.folder, "ledger.db");
  const ledger = openLedger({ path, mode: "client", clock: systemClock, random: Math.random });
  try {
    return await ledger.log.since(0);
  } finally {
    ledger.close();
  }
}

/** Waits for what cheats have left behind; what does not end within some rounds has nothing more to do here. */
export async function quiet(place: Place, rounds = 600): Promise<void> {
  const folder = dirname(place.top);
  for (let round = 0; round < rounds && processesOf(folder).length > 0; round += 1) await systemClock.wait(50);
  await endLeftovers(folder, () => false, 0);
}

/** Ends what cheats have left behind, and removes the place. */
export async function leave(place: Place): Promise<void> {
  await quiet(place, 0);
  rmSync(dirname(place.top), { recursive: true, force: true, maxRetries: 5 });
}
