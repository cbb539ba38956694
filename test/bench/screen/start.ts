import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

import { bundledMain } from "../../bundle.ts";
import { noPty, Pty } from "../../pty/pty.ts";
import { inFolder, median, ms, spread, type Figure } from "../figures.ts";
import { filledProject, firstFrame } from "../large-ledger.ts";
import { runProgram, type Project } from "../program.ts";
import { namedTasks, scriptedProject } from "../scripted-project.ts";
import { killAll } from "../watching.ts";

const rounds = 3;

/** From the start of the program to what a person sees, and what its processes hold while models work. */
export async function screenStart(): Promise<readonly Figure[]> {
  if (noPty !== null) return [];
  return [
    await framesOf("a small ledger", 20, 300),
    await framesOf("10,000 tasks, 100,000 events", 10_000, 500),
    await memory(),
  ];
}

async function framesOf(what: string, tasks: number, goalMs: number): Promise<Figure> {
  return await inFolder(async (folder) => {
    const project = await filledProject(folder, tasks);
    await firstFrame(project);
    const cpu: number[] = [];
    const wall: number[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const frame = await firstFrame(project);
      cpu.push(frame.cpuMs);
      wall.push(frame.wallMs);
    }
    return {
      what: `CPU to the first frame, launcher and screen, ${what}`,
      figure: `${spread(cpu)} (wall ${ms(median(wall))})`,
      goal: `p50 <= ${goalMs} ms`,
      met: median(cpu) <= goalMs,
    };
  });
}

const streamingMs = 4_000;
const mostMb = 300;

async function memory(): Promise<Figure> {
  return await inFolder(async (folder) => {
    const project = scriptedProject(folder, { tasks: namedTasks(6, "two-loop"), parallel: 6, delayMs: 60_000 });
    await runProgram(project, ["run", "--detach", "--trust"]);
    const argv = ["sh", "-c", 'cd "$0" && exec "$@"', project.project, process.execPath, bundledMain()];
    const pty = new Pty({ argv, env: project.env, columns: 140, rows: 45 });
    try {
      await pty.until("a task", () => /\bT\d\b/.test(pty.output));
      await pause(streamingMs);
      const held = heldBy(project);
      const all = held.reduce((sum, { mb }) => sum + mb, 0);
      return {
        what: "RSS of launcher, screen and engine while models work",
        figure: `${all} MB (${held.map(({ name, mb }) => `${name} ${mb}`).join(", ")})`,
        goal: `<= ${mostMb} MB`,
        met: all <= mostMb,
      };
    } finally {
      pty.send("q");
      await pty.close();
      killAll(folder);
    }
  });
}

/** The processes of the program in a project, and what they hold. */
function heldBy({ project }: Project): readonly { readonly name: string; readonly mb: number }[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (argv[1] !== bundledMain() || readlinkSync(`/proc/${pid}/cwd`) !== project) return [];
      const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
      const isDrawing = readFileSync(`/proc/${pid}/environ`, "utf8").includes("NODE_CHANNEL_FD");
      return [{ name: argv[2] || (isDrawing ? "screen" : "launcher"), mb: Math.round(Number(kb) / 1_024) }];
    } catch {
      return [];
    }
  });
}
