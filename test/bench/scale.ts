import { join } from "node:path";

import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { inFolder, ms, ownCpuMs, type Figure } from "./figures.ts";
import { memoryRepository, startBench } from "./workbench.ts";

const sizes = [50, 1_000, 5_000, 10_000] as const;
const parallel = 5;
/** Two a task. The first few calls are those of a program that is not warm. */
const calls = { first: 20, last: 80 } as const;
const rounds = 2;

interface PerTask {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** What the real scheduler takes for a task, by how many there are: needs, areas and priorities, instant models, no git. */
export async function scale(): Promise<readonly Figure[]> {
  await perTask(50);
  const found: { readonly size: number; readonly task: PerTask }[] = [];
  for (const size of sizes) {
    const tasks: PerTask[] = [];
    for (let n = 0; n < rounds; n += 1) tasks.push(await perTask(size));
    // Whatever else the machine did can only have added.
    const least = tasks.toSorted((a, b) => a.cpuMs - b.cpuMs)[0];
    if (least !== undefined) found.push({ size, task: least });
  }
  const cpu = found.map(({ task }) => task.cpuMs);
  const growth = Math.max(...cpu) / Math.min(...cpu);
  return [
    ...found.map(({ size, task }) => ({
      what: `scheduler, CPU (wall) a task of ${size}, the least of n ${rounds} x ${(calls.last - calls.first) / 2}`,
      figure: `${ms(task.cpuMs)} (${ms(task.wallMs)})`,
      goal: "",
      met: null,
    })),
    {
      what: `  the most against the least, from ${sizes[0]} to ${sizes.at(-1)} tasks`,
      figure: growth.toFixed(2),
      goal: "<= 1.5",
      met: growth <= 1.5,
    },
  ];
}

const perTask = (size: number): Promise<PerTask> =>
  inFolder(async (folder) => {
    const ledger = openLedger({
      path: join(folder, "ledger.db"),
      mode: "engine",
      clock: systemClock,
      random: Math.random,
    });
    const { workspace, baseCommit, write } = memoryRepository();
    const marks: { readonly cpuMs: number; readonly atMs: number }[] = [];
    const enough = Promise.withResolvers<void>();
    const onStart = (): void => {
      marks.push({ cpuMs: ownCpuMs(), atMs: performance.now() });
      if (marks.length > calls.last) enough.resolve();
    };
    const engine = startBench({
      clock: systemClock,
      ledger,
      workspace,
      baseCommit,
      limits: { parallel },
      specs: Array.from({ length: size }, (_, n) =>
        taskSpec(`T${n}`, {
          needs: n % 3 === 0 ? [] : [`T${n - 1}`],
          area: n % 4 === 0 ? `area ${n % 7}` : null,
          priority: n % 5,
        }),
      ),
      models: { durationMs: () => 0, write, onStart },
    });
    await Promise.race([enough.promise, engine.end]);
    await engine.stop(true, { kind: "engine", name: "bench", pid: process.pid });
    await engine.end;
    ledger.close();
    const [first, last] = [marks[calls.first], marks[calls.last]];
    if (first === undefined || last === undefined) throw new Error(`the run ended after ${marks.length} calls`);
    const tasks = (calls.last - calls.first) / 2;
    return { cpuMs: (last.cpuMs - first.cpuMs) / tasks, wallMs: (last.atMs - first.atMs) / tasks };
  });
