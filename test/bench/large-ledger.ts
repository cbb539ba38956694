import { execFileSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

import { brand } from "../../src/domain/brand.ts";
import type { NewEvent } from "../../src/domain/events.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { bundledMain } from "../bundle.ts";
import { noPty, Pty } from "../pty/pty.ts";
import { added, begun, committed, event, moves, repository, run, runStarted, settingsFixed } from "../state/sample.ts";
import { inFolder, median, ms, spread, type Figure } from "./figures.ts";
import type { Project } from "./program.ts";
import { namedTasks, scriptedProject } from "./scripted-project.ts";
import { cpuMsOfGroup, ledgerFile } from "./watching.ts";

const tasks = 10_000;
const done = 5_000;
const inOneCommit = 500;
const events = 100_000;

/** A ledger file of 10,000 tasks, half of them done, and 100,000 events: read, and on the real screen in a real terminal. */
export async function largeLedger(): Promise<readonly Figure[]> {
  return await inFolder(async (folder) => {
    const project = await filledProject(folder, tasks);
    const path = ledgerFile(project);
    const first = open(path);
    const head = await first.log.head();
    first.close();
    const listing: number[] = [];
    const frames: number[] = [];
    const cpu: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const from = performance.now();
      const ledger = open(path);
      await ledger.tasks.list(repository);
      listing.push(performance.now() - from);
      ledger.close();
      const frame = await firstFrame(project);
      frames.push(frame.wallMs);
      cpu.push(frame.cpuMs);
    }
    return [
      {
        what: `${tasks} tasks, ${head} events: the ledger, to all tasks`,
        figure: spread(listing),
        goal: "p50 <= 500 ms",
        met: median(listing) <= 500,
      },
      {
        what: "  the program, to the first frame with a task",
        figure: noPty ?? `${spread(frames)} (CPU ${ms(median(cpu))})`,
        goal: "p50 <= 500 ms",
        met: noPty === null ? median(frames) <= 500 : null,
      },
    ];
  });
}

/** From the start of the program to what a person sees. */
export async function firstFrame({
  project,
  env,
}: Project): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  if (noPty !== null) return { wallMs: Number.NaN, cpuMs: Number.NaN };
  const argv = ["sh", "-c", 'cd "$0" && exec "$@"', project, process.execPath, bundledMain()];
  const from = performance.now();
  const pty = new Pty({ argv, env, columns: 120, rows: 40 });
  try {
    for (; !/\bT\d+\b/.test(pty.output); await pause(3))
      if (pty.exitCode !== null) throw new Error(`the screen ended with ${pty.exitCode}:\n${pty.output}`);
    return { wallMs: performance.now() - from, cpuMs: cpuMsOfGroup(pty.pid) };
  } finally {
    pty.send("q");
    await pty.ended();
    await pty.close();
  }
}

const open = (path: string): OpenLedger =>
  openLedger({ path, mode: "engine", clock: { now: () => Date.now() }, random: Math.random });

/** A project with a ledger of so many tasks. */
export async function filledProject(folder: string, count: number): Promise<Project> {
  const project = scriptedProject(folder, { tasks: namedTasks(1, "two-loop"), parallel: 1 });
  execFileSync("git", ["config", brand.gitConfigKey, repository], { cwd: project.project });
  const first = open(ledgerFile(project));
  await fill(first, count);
  first.close();
  return project;
}

async function fill(ledger: OpenLedger, tasks: number): Promise<void> {
  await ledger.log.append({ repository, run, events: [runStarted(), settingsFixed()] });
  let count = 2;
  for (let from = 0; from < tasks; from += inOneCommit) {
    const batch: NewEvent[] = [];
    for (let n = from; n < Math.min(tasks, from + inOneCommit); n += 1) batch.push(...storyOf(n));
    count += batch.length;
    await ledger.log.append({ repository, run, events: batch.slice(0, Math.max(0, batch.length - (count - events))) });
  }
}

/** Fifteen events of a task that is done, five of one that waits for its turn. */
function storyOf(n: number): readonly NewEvent[] {
  const id = `T${n}`;
  const notes = (many: number): NewEvent[] =>
    Array.from({ length: many }, (_, at) => event("note", { level: "info", text: `note ${at}` }, { task: id }));
  if (n >= done) return [added(id, { needs: [`T${n - (n % 3 === 0 ? done : 1)}`] }), ...notes(4)];
  const keys = Array.from({ length: 9 }, (_, at) => committed(id, `g1/main/S${at}`, { text: "x".repeat(200) }));
  return [
    added(id),
    begun(id),
    ...moves(id, "NEW", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE"),
    ...keys,
    finish(id),
  ];
}

const finish = (id: string): NewEvent =>
  event("task.moved", { from: "QUALITY_GATE", to: "DONE", reason: "done" }, { task: id });
