import { buildGraph } from "../../src/backlog/graph.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { Risk, TaskSpec } from "../../src/domain/task.ts";
import { normal } from "../../src/policy/draws.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { Chance } from "../simulation/chance.ts";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { median, percentile, type Figure } from "./figures.ts";
import { memoryRepository, startBench } from "./workbench.ts";

const graphs = 40;
const parallel = 5;
/** Tasks that were done before, where any were. */
const past = 24;
/** What half of the tasks of a risk take less than; one of high risk would ask. */
const usualMs: Readonly<Record<Risk, number>> = { low: 2_500, medium: 10_000, high: NaN };
const kinds: readonly Risk[] = ["low", "medium"];
/** Of the logarithm: two of three tasks take between half and twice as long as is usual. */
const spread = 0.7;

interface Graph {
  readonly specs: readonly TaskSpec[];
  readonly before: readonly TaskSpec[];
  /** Of both calls of a task together. */
  readonly durationMs: ReadonlyMap<string, number>;
  /** No schedule is shorter: the longest chain, or the work over the slots. */
  readonly boundMs: number;
  readonly boundBy: "chain" | "work";
}

/** How an engine plays a graph: with other tasks done before, told how long each takes, or neither. */
interface Play {
  readonly schedule?: Settings["limits"]["schedule"];
  readonly withHistory?: boolean;
  readonly isTold?: boolean;
}

/** Uneven random backlogs on virtual time: how long they take against what no schedule can beat, and against waves. */
export async function makespan(): Promise<readonly Figure[]> {
  const ratios = { learnt: [] as number[], blind: [] as number[], told: [] as number[], waves: [] as number[] };
  let slower = 0;
  let byWork = 0;
  for (let n = 0; n < graphs; n += 1) {
    const graph = randomGraph(new Chance(`graph ${n}`));
    const blindMs = await play(graph, {});
    const wavesMs = await play(graph, { schedule: "waves" });
    if (blindMs > wavesMs) slower += 1;
    if (graph.boundBy === "work") byWork += 1;
    ratios.blind.push(blindMs / graph.boundMs);
    ratios.waves.push(wavesMs / graph.boundMs);
    ratios.learnt.push((await play(graph, { withHistory: true })) / graph.boundMs);
    ratios.told.push((await play(graph, { isTold: true })) / graph.boundMs);
  }
  const figure = (values: readonly number[]): string =>
    `${median(values).toFixed(3)} (p90 ${percentile(values, 0.9).toFixed(3)}, n ${values.length})`;
  return [
    {
      what: `makespan of ${graphs} uneven graphs / max(chain, work / slots: ${byWork} of them)`,
      figure: figure(ratios.learnt),
      goal: "<= 1.05 median",
      met: median(ratios.learnt) <= 1.05,
    },
    { what: "  the same engine without past tasks", figure: figure(ratios.blind), goal: "", met: null },
    { what: "  the same engine told how long each task takes", figure: figure(ratios.told), goal: "", met: null },
    {
      what: "  slower than schedule: waves (which takes, median)",
      figure: `${slower} of ${graphs} (${median(ratios.waves).toFixed(3)})`,
      goal: "0",
      met: slower === 0,
    },
  ];
}

/** Twenty to forty tasks; each needs up to three of the ten before it, in some backlogs often, in others seldom. */
function randomGraph(chance: Chance): Graph {
  const ids: string[] = [];
  const density = 0.02 + 0.1 * chance.next();
  const specs = Array.from({ length: chance.between(20, 40) }, (_, n) => {
    const needs = chance.some(ids.slice(-10), density).slice(0, 3);
    const id = `T${n}`;
    ids.push(id);
    return taskSpec(id, { needs, risk: chance.pick(kinds) });
  });
  const before = Array.from({ length: past }, (_, n) => taskSpec(`P${n}`, { risk: chance.pick(kinds) }));
  const durationMs = new Map(
    [...specs, ...before].map(({ id, risk }) => [
      id,
      2 * Math.round((usualMs[risk] * Math.exp(spread * normal(chance.next))) / 2),
    ]),
  );
  const { criticalMs } = buildGraph(specs, ({ id }) => durationMs.get(id) ?? 0);
  const workMs = specs.reduce((sum, { id }) => sum + (durationMs.get(id) ?? 0), 0);
  const chainMs = Math.max(...criticalMs.values());
  const boundBy = chainMs > workMs / parallel ? "chain" : "work";
  return { specs, before, durationMs, boundMs: Math.max(chainMs, workMs / parallel), boundBy };
}

async function play(graph: Graph, { schedule = "ready", withHistory = false, isTold = false }: Play): Promise<number> {
  const clock = new VirtualClock(1_700_000_000_000);
  const ledger = openLedger({ path: ":memory:", mode: "engine", clock, random: new Chance("ledger").next });
  const repository = memoryRepository();
  const run = async (specs: readonly TaskSpec[]): Promise<number> => {
    const from = clock.now();
    let over: { readonly ms: number; readonly exitCode: number | null } | null = null;
    const engine = startBench({
      clock,
      ledger,
      workspace: repository.workspace,
      baseCommit: repository.baseCommit,
      limits: { parallel, schedule },
      specs,
      ...(isTold ? { estimateMs: (task: string) => graph.durationMs.get(task) ?? 1 } : {}),
      models: { durationMs: ({ task }) => (graph.durationMs.get(task) ?? 0) / 2, write: repository.write },
    });
    const ended = engine.end.then((end) => {
      over = { ms: clock.now() - from, exitCode: end.kind === "ended" ? end.exitCode : null };
      return over;
    });
    await clock.run(() => over !== null);
    const { ms, exitCode } = await ended;
    if (exitCode !== 0) throw new Error(`the run ended with ${exitCode}`);
    return ms;
  };
  if (withHistory) await run(graph.before);
  const ms = await run(graph.specs);
  ledger.close();
  return ms;
}
