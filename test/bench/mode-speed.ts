import { cpus } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { root } from "../root.ts";
import { inFolder, ms, type Figure } from "./figures.ts";
import { runProgram } from "./program.ts";
import { namedTasks, scriptedProject, type ScriptedTask } from "./scripted-project.ts";

const tasks = 10;
const rounds = 5;
/** By how much time and memory may grow before it is said. */
const spare = { cpu: 1.05, memory: 1.1 };

const file = join(root, "test", "bench", "mode-speed.json");
const speed = z.object({ cpuMs: z.number(), rssMb: z.number() });
type Speed = z.infer<typeof speed>;
const kept = z.record(z.string(), z.record(z.string(), speed));

/** Time is compared on the same machine only: elsewhere there is nothing to compare with until it is written. */
const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, Node ${process.versions.node.split(".")[0]}`;
const update = "UPDATE_FLOORS=1 npm run bench -- modes";

/** CPU of a task and memory of the real program in each loop mode, beside what was reached on this machine. */
export async function modeSpeed(): Promise<readonly Figure[]> {
  const all = kept.parse(JSON.parse(readFileSync(file, "utf8")));
  const reached = all[machine] ?? {};
  const now = await speeds();
  if (process.env["UPDATE_FLOORS"] === "1")
    writeFileSync(file, `${JSON.stringify({ ...all, [machine]: now }, null, 2)}\n`);
  return Object.entries(now).flatMap(([mode, { cpuMs, rssMb }]) => {
    const before = reached[mode];
    const figure = (what: string, text: string, found: number, most: number | null, unit: string): Figure => ({
      what: `${mode}, the real program: ${what}, best of ${rounds}`,
      figure: text,
      goal: most === null ? `none here: ${update}` : `<= ${most.toFixed(0)} ${unit}`,
      met: most === null ? null : found <= most,
    });
    return [
      figure("CPU of a task", ms(cpuMs), cpuMs, before === undefined ? null : before.cpuMs * spare.cpu, "ms"),
      figure(
        "memory",
        `${rssMb.toFixed(0)} MB`,
        rssMb,
        before === undefined ? null : before.rssMb * spare.memory,
        "MB",
      ),
    ];
  });
}

/** Of several rounds the best, each mode in turn: what else the machine does only makes them worse. */
async function speeds(): Promise<Readonly<Record<string, Speed>>> {
  const best: Record<string, Speed> = {};
  for (let n = 0; n < rounds; n += 1)
    for (const mode of ["two-loop", "three-loop"] as const) {
      const { cpuMs, rssMb } = await speedOf(mode);
      const before = best[mode] ?? { cpuMs: Infinity, rssMb: Infinity };
      best[mode] = { cpuMs: Math.min(before.cpuMs, cpuMs / tasks), rssMb: Math.min(before.rssMb, rssMb) };
    }
  return best;
}

const speedOf = (mode: ScriptedTask["mode"]): Promise<Speed> =>
  inFolder((folder) =>
    runProgram(scriptedProject(folder, { tasks: namedTasks(tasks, mode), parallel: 5 }), ["run", "--plain", "--trust"]),
  );
