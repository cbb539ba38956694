import { buildGraph } from "../../src/backlog/graph.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { TaskSpec } from "../../src/domain/task.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { Chance } from "../simulation/chance.ts";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { median, percentile, type Figure } from "./figures.ts";
import { memoryRepository, startBench } from "./workbench.ts";

const graphs = 40;
const parallel = 5;

interface Graph {
  readonly specs: readonly TaskSpec[];
  /** Of both calls of a task together. */
  readonly durationMs: ReadonlyMap<string, number>;
  /** No schedule is shorter: the longest chain, or the work over the slots. */
  readonly boundMs: number;
  readonly boundBy: "chain" | "work";
}

/** Uneven random backlogs on virtual time: how long they take against what no schedule can beat, and against waves. */
export async function makespan(): Promise<readonly Figure[]> {
  const ready: number[] = [];
  const waves: number[] = [];
  const knowing: number[] = [];
  let slower = 0;
  let byWork = 0;
  for (let n = 0; n < graphs; n += 1) {
    const graph = randomGraph(new Chance(`graph ${n}`));
    const readyMs = await play(graph, "ready");
    const wavesMs = await play(graph, "waves");
    if (readyMs > wavesMs) slower += 1;
    if (graph.boundBy === "work") byWork += 1;
    ready.push(readyMs / graph.boundMs);
    waves.push(wavesMs / graph.boundMs);
    knowing.push((await play(graph, "ready", graph.durationMs)) / graph.boundMs);
  }
  return [
    {
      what: `makespan of ${graphs} uneven graphs / max(chain, work / slots: ${byWork} of them)`,
      figure: `${median(ready).toFixed(3)} (p90 ${percentile(ready, 0.9).toFixed(3)})`,
      goal: "<= 1.05 median",
      met: median(ready) <= 1.05,
    },
    {
      what: "  the same engine told how long each task takes",
      figure: `${median(knowing).toFixed(3)} (p90 ${percentile(knowing, 0.9).toFixed(3)})`,
      goal: "",
      met: null,
    },
    {
      what: "  slower than schedule: waves (which takes, median)",
      figure: `${slower} of ${graphs} (${median(waves).toFixed(3)})`,
      goal: "0",
      met: slower === 0,
    },
  ];
}

/** Twenty to forty tasks of 2 to 60 seconds; each needs up to three of the ten before it, in some backlogs often, in others seldom. */
function randomGraph(chance: Chance): Graph {
  const ids: string[] = [];
  const density = 0.02 + 0.1 * chance.next();
  const specs = Array.from({ length: chance.between(20, 40) }, (_, n) => {
    const needs = chance.some(ids.slice(-10), density).slice(0, 3);
    const id = `T${n}`;
    ids.push(id);
    return taskSpec(id, { needs });
  });
  const durationMs = new Map(ids.map((id) => [id, 2 * chance.skewed(1_000, 30_000)]));
  const { criticalMs } = buildGraph(specs, (id) => durationMs.get(id) ?? 0);
  const workMs = [...durationMs.values()].reduce((sum, one) => sum + one, 0);
  const chainMs = Math.max(...criticalMs.values());
  const boundBy = chainMs > workMs / parallel ? "chain" : "work";
  return { specs, durationMs, boundMs: Math.max(chainMs, workMs / parallel), boundBy };
}

async function play(
  graph: Graph,
  schedule: Settings["limits"]["schedule"],
  estimates: ReadonlyMap<string, number> = new Map(),
): Promise<number> {
  const clock = new VirtualClock(1_700_000_000_000);
  const ledger = openLedger({ path: ":memory:", mode: "engine", clock, random: new Chance("ledger").next });
  const repository = memoryRepository();
  const from = clock.now();
  let over: { readonly ms: number; readonly exitCode: number | null } | null = null;
  const engine = startBench({
    clock,
    ledger,
    workspace: repository.workspace,
    baseCommit: repository.baseCommit,
    limits: { parallel, schedule },
    specs: graph.specs,
    estimateMs: (task) => estimates.get(task) ?? 1,
    models: { durationMs: ({ task }) => (graph.durationMs.get(task) ?? 0) / 2, write: repository.write },
  });
  const ended = engine.end.then((end) => {
    over = { ms: clock.now() - from, exitCode: end.kind === "ended" ? end.exitCode : null };
    return over;
  });
  await clock.run(() => over !== null);
  const { ms, exitCode } = await ended;
  ledger.close();
  if (exitCode !== 0) throw new Error(`the run ended with ${exitCode}`);
  return ms;
}
