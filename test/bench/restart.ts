import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { brand, envName, tokenName } from "../../src/domain/brand.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { giveToken } from "../token.ts";
import { median, inFolder, ms, percentile, type Figure } from "./figures.ts";

const kills = 40;
/** So many are done one after the other; the others of the ledger wait for the last of them. */
const chain = 12;
const goalMs = 600;
const patienceMs = 20_000;

/** The folder of the project, from its sources and from what they are compiled to. */
function root(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

interface Place {
  readonly folder: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The real program, killed in the middle of calls and started again, with its models left alive and killed in turn. */
export async function restart(): Promise<readonly Figure[]> {
  return [await restartsOf(chain), await restartsOf(1_000)];
}

async function restartsOf(tasks: number): Promise<Figure> {
  const times: (number | null)[] = [];
  while (times.length < kills)
    times.push(...(await inFolder((folder) => killOften(folder, tasks, kills - times.length))));
  const missed = times.filter((time) => time === null).length;
  // What never came took longer than anything that did.
  const known = times.map((time) => time ?? patienceMs);
  return {
    what: `killed and started again, ${tasks} tasks: run to first event of the step, p50 / p99 of ${times.length}`,
    figure: `${ms(median(known))} / ${ms(percentile(known, 0.99))}${missed === 0 ? "" : `, ${missed} never`}`,
    goal: `p99 <= ${goalMs} ms`,
    met: percentile(known, 0.99) <= goalMs,
  };
}

/** Kills a run up to `most` times, then lets it end. Null: it was not taken up again. */
async function killOften(folder: string, tasks: number, most: number): Promise<readonly (number | null)[]> {
  const place = makePlace(folder, tasks);
  const times: (number | null)[] = [];
  let child = start(place);
  let reader: OpenLedger | null = null;
  try {
    reader = await openReader(place);
    for (let after = 0; times.length < most;) {
      const cut = await attemptAfter(reader, after, child);
      if (cut === null) break;
      await pause(20 + 15 * (times.length % 8));
      child.kill("SIGKILL");
      await exitOf(child);
      if (times.length % 2 === 1) killAll(folder);
      after = await reader.log.head();
      if ((await openCalls(reader)).every((call) => call !== cut)) {
        child = start(place);
        continue;
      }
      const from = Date.now();
      child = start(place);
      const first = await until(child, async () => (await reader?.log.since(after))?.find(({ call }) => call === cut));
      times.push(first === null ? null : first.at - from);
      if (first === null) break;
    }
  } finally {
    reader?.close();
    child.kill("SIGKILL");
    await exitOf(child);
    killAll(folder);
  }
  return times;
}

function makePlace(folder: string, tasks: number): Place {
  const project = join(folder, "project");
  mkdirSync(project);
  copyFileSync(join(root(), "test", "kill", "agent.sh"), join(folder, "agent.sh"));
  chmodSync(join(folder, "agent.sh"), 0o755);
  const effects = join(folder, "effects.log");
  writeFileSync(
    join(project, brand.settingsFile),
    `models:
  one: {adapter: command, argv: ["${folder}/agent.sh", "{prompt_file}"], env: {set: {EFFECTS: "${effects}"}}}
checks: [{name: there, run: "ls *.yaml"}]
`,
  );
  const ids = Array.from({ length: tasks }, (_, n) => `T${n}`);
  const needs = (n: number): string => ids[Math.min(n, chain) - 1] ?? "";
  const lines = ids.map((id, n) => `  - {id: ${id}, goal: Write ${id}, risk: medium, needs: [${needs(n)}]}\n`);
  writeFileSync(join(project, "tasks.yaml"), `tasks:\n${lines.join("")}`);
  const state = join(folder, "state");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    LC_ALL: "C",
    [envName("HOME")]: state,
    [tokenName]: giveToken(state),
  };
  const git = (...argv: readonly string[]): void => void execFileSync("git", argv, { cwd: project, env });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "--quiet", "--message=start");
  return { folder, project, env };
}

const start = ({ project, env }: Place): ChildProcess =>
  spawn(
    process.execPath,
    [
      join(root(), "dist", "src", "main.js"),
      "run",
      join(project, "tasks.yaml"),
      "--plain",
      "--trust",
      "--yes-to",
      "merge",
    ],
    { cwd: project, env, stdio: "ignore" },
  );

const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });

/** Asks every few milliseconds; null: the program ended first, or nothing came for too long. */
async function until<T>(child: ChildProcess, look: () => Promise<T | undefined>): Promise<T | null> {
  for (const from = performance.now(); performance.now() - from < patienceMs;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (child.exitCode !== null) return null;
    await pause(3);
  }
  return null;
}

async function openReader({ folder }: Place): Promise<OpenLedger> {
  const path = join(folder, "state", "ledger.db");
  const clock = { now: () => Date.now() };
  for (const from = performance.now(); performance.now() - from < patienceMs; await pause(10)) {
    if (!existsSync(path)) continue;
    try {
      return openLedger({ path, mode: "read", clock, random: Math.random });
    } catch {
      // The program is still making it.
    }
  }
  throw new Error("the program made no ledger");
}

/** The call of the next attempt that has a process. */
async function attemptAfter(reader: OpenLedger, pos: number, child: ChildProcess): Promise<string | null> {
  const found = await until<RecordedEvent>(child, async () =>
    (await reader.log.since(pos, { types: ["attempt.spawned"] })).at(-1),
  );
  return found?.call ?? null;
}

/** Calls with an attempt that did not end. */
async function openCalls(reader: OpenLedger): Promise<readonly (string | undefined)[]> {
  const open = new Set<string | undefined>();
  for (const { type, call } of await reader.log.since(0, { types: ["attempt.spawned", "attempt.ended"] })) {
    if (type === "attempt.spawned") open.add(call);
    else open.delete(call);
  }
  return [...open];
}

/** Everything whose command line names the folder: the children of an engine that is gone. */
function killAll(folder: string): void {
  for (const entry of existsSync("/proc") ? readdirSync("/proc") : []) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(folder)) process.kill(Number(entry), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
