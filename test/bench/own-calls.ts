import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { ownCpuMs } from "./figures.ts";
import { callsOf, type Calls } from "./raw-steps.ts";
import { namedTasks } from "./scripted-project.ts";
import { memoryRepository, startBench } from "./workbench.ts";

/** Two-loop tasks, each of two calls, by the real scheduler with one slot; in memory is only the repository. */
export async function ownCalls(path: string, calls: number): Promise<Calls> {
  const ledger = openLedger({ path, mode: "engine", clock: systemClock, random: Math.random });
  const { workspace, baseCommit, write } = memoryRepository();
  const starts: number[] = [];
  let [firstCpuMs, lastCpuMs] = [0, 0];
  const onStart = (): void => {
    lastCpuMs = ownCpuMs();
    if (starts.length === 0) firstCpuMs = lastCpuMs;
    starts.push(performance.now());
  };
  const engine = startBench({
    clock: systemClock,
    ledger,
    workspace,
    baseCommit,
    limits: { parallel: 1 },
    specs: namedTasks(calls / 2, "two-loop").map(({ id }) => taskSpec(id)),
    models: { durationMs: () => 0, write, onStart },
  });
  const end = await engine.end;
  ledger.close();
  if (end.kind !== "ended" || end.exitCode !== 0) throw new Error(`the run ended with ${JSON.stringify(end)}`);
  return callsOf(starts, lastCpuMs - firstCpuMs);
}
