import { join } from "node:path";

import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { inFolder, median, ms, ownCpuMs, type Figure } from "./figures.ts";
import { runProgram } from "./program.ts";
import { namedTasks, scriptedProject } from "./scripted-project.ts";
import { openReader } from "./watching.ts";
import { memoryRepository, startBench } from "./workbench.ts";

const tasks = 10;
const parallel = 5;
const callMs = 500;
/** Two calls a task, one after the other. */
const idealMs = (tasks / parallel) * 2 * callMs;
const rounds = 3;

interface Took {
  readonly wallMs: number;
  /** Of it before the first task begins. */
  readonly beginMs: number;
  readonly cpuMs: number;
}

/** Ten two-loop tasks, each of two calls of 500 ms, five at once, in real time and with a ledger in a file. */
export async function tenTasks(): Promise<readonly Figure[]> {
  const memory: Took[] = [];
  const volatile: Took[] = [];
  const git: Took[] = [];
  for (let n = 0; n < rounds; n += 1) {
    memory.push(await inFolder((folder) => inMemory(join(folder, "ledger.db"))));
    volatile.push(await inMemory(":memory:"));
    git.push(await inFolder(withGit));
  }
  const row = (what: string, took: readonly Took[], most: number | null): Figure => {
    const wall = median(took.map(({ wallMs }) => wallMs));
    const cpu = median(took.map(({ cpuMs }) => cpuMs)) / tasks;
    const ratio = wall / idealMs;
    return {
      what,
      figure: `${ratio.toFixed(3)} (${wall.toFixed(0)} of ${idealMs} ms; CPU ${ms(cpu)} a task), n ${rounds}`,
      goal: most === null ? "" : `<= ${most.toFixed(2)}`,
      met: most === null ? null : ratio <= most,
    };
  };
  const ownMs = git.map(({ wallMs, beginMs }) => wallMs - beginMs);
  return [
    row(`ten tasks of two calls of ${callMs} ms, five at once, to the ideal: no git`, memory, 1.03),
    row("  the same with the ledger in memory, without fsync", volatile, null),
    row("  the real program with real git, from its run's start", git, 1.3),
    {
      what: "    of it the run's own beginning, the checks of its base among it",
      figure: `${ms(median(git.map(({ beginMs }) => beginMs)))}; without it ${(median(ownMs) / idealMs).toFixed(3)}`,
      goal: "",
      met: null,
    },
  ];
}

async function inMemory(path: string): Promise<Took> {
  const ledger = openLedger({ path, mode: "engine", clock: systemClock, random: Math.random });
  const { workspace, baseCommit, write } = memoryRepository();
  const [from, fromCpuMs] = [performance.now(), ownCpuMs()];
  const engine = startBench({
    clock: systemClock,
    ledger,
    workspace,
    baseCommit,
    limits: { parallel },
    specs: namedTasks(tasks, "two-loop").map(({ id }) => taskSpec(id)),
    models: { durationMs: () => callMs, write },
  });
  const end = await engine.end;
  const took = { wallMs: performance.now() - from, beginMs: 0, cpuMs: ownCpuMs() - fromCpuMs };
  ledger.close();
  if (end.kind !== "ended" || end.exitCode !== 0) throw new Error(`the run ended with ${JSON.stringify(end)}`);
  return took;
}

/** From the run's start to the last task's end, as the ledger says; its start-up is a row of its own. */
async function withGit(folder: string): Promise<Took> {
  const project = scriptedProject(folder, { tasks: namedTasks(tasks, "two-loop"), parallel, delayMs: callMs });
  const { cpuMs } = await runProgram(project, ["run", "--plain", "--trust"]);
  const reader = await openReader(project);
  const events = await reader.log.since(0, { types: ["run.started", "task.begun", "task.moved"] });
  reader.close();
  const startedAt = events[0]?.at ?? Number.NaN;
  const begunAt = events.find(({ type }) => type === "task.begun")?.at ?? Number.NaN;
  return { wallMs: (events.at(-1)?.at ?? Number.NaN) - startedAt, beginMs: begunAt - startedAt, cpuMs };
}
