import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { rankTasks } from "../../src/cli/wiring/rank-tasks.ts";
import { newId } from "../../src/domain/ids.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { TaskSpec } from "../../src/domain/task.ts";
import type {
  AdapterOutcome,
  CallSpec,
  ModelAdapter,
  ProcessRecord,
  RunningCall,
} from "../../src/engine/ports/adapter.ts";
import type { KeptOutcome } from "../../src/engine/ports/call-files.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Ledger } from "../../src/engine/ports/ledger.ts";
import type { Workspace } from "../../src/engine/ports/workspace.ts";
import type { EngineParts } from "../../src/engine/run/engine-options.ts";
import { startEngine, type Engine } from "../../src/engine/run/engine.ts";
import { CallStream } from "../../src/models/call-stream.ts";
import { pipelines } from "../../src/pipeline/pipelines.ts";
import { backlogOf, modelSettings } from "../simulation/backlogs.ts";
import { Disk } from "../simulation/disk.ts";
import { memoryWorkspace } from "../simulation/memory-workspace.ts";

/** Two models that need nothing and write into the tree they are shown; every review is an approval. */
export interface Models {
  readonly durationMs: (spec: CallSpec) => number;
  /** Writes a task's change where its tree is. */
  readonly write: (spec: CallSpec) => void;
  readonly onStart?: () => void;
  /** Right before the last output. */
  readonly onLastOutput?: () => void;
  /** How long the commit of the process id took. */
  readonly onProcessCommitted?: (tookMs: number) => void;
}

export interface Bench {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly workspace: Workspace;
  readonly baseCommit: string;
  readonly limits: Partial<Settings["limits"]>;
  readonly models: Models;
  /** What needs no person's yes; absent: nothing. */
  readonly yesTo?: readonly ("plan" | "merge")[];
  /** Over those of all benches. */
  readonly settings?: Partial<Settings>;
  /** Plays the models; absent: one that does as `models` says. */
  readonly adapter?: ModelAdapter;
  readonly specs: readonly TaskSpec[];
  /** What ranks are made from; absent: what the ledger knows of past tasks, as in the program. */
  readonly estimateMs?: (task: string) => number;
}

export function benchSettings(limits: Partial<Settings["limits"]>): Settings {
  const models = ["one", "two"].map((name) => modelSettings(name, { adapter: "scripted" }));
  return {
    ...defaultSettings,
    models,
    limits: { ...defaultSettings.limits, ...limits },
    git: { ...defaultSettings.git, base: "main" },
  };
}

/** A repository in memory whose git takes no time, and its checks none. */
export function memoryRepository(): {
  readonly workspace: Workspace;
  readonly baseCommit: string;
  readonly write: Models["write"];
  readonly disk: Disk;
} {
  const disk = new Disk(new Map([["a.txt", "as it was"]]));
  const workspace = memoryWorkspace(
    disk,
    { step: () => Promise.resolve(), fault: () => null, present: () => Promise.resolve(), onTouch: () => undefined },
    { measure: () => "pass", isInTheWay: () => false, wait: () => Promise.resolve() },
  );
  return {
    disk,
    workspace,
    baseCommit: disk.tip("main") ?? "",
    write: ({ task, attemptKey }) => void disk.tree(task).files.set(`own/${task}.txt`, attemptKey),
  };
}

/** The engine as the program wires it, but for models, workspace and files of calls. */
export function startBench(bench: Bench): Engine {
  return startEngine(partsOf(bench), {
    repository: "repo",
    repositoryPath: "/repo",
    version: "1",
    base: "main",
    baseCommit: bench.baseCommit,
    settings: { ...benchSettings(bench.limits), ...bench.settings },
    backlog: backlogOf(bench.specs),
    only: null,
    yesTo: bench.yesTo ?? [],
    linger: false,
    noWait: false,
  });
}

const nothingFound = { terms: [], files: [], searched: 0, leftOut: {}, without: "nothing is searched here" };

function partsOf({ clock, ledger, workspace, models, adapter, estimateMs }: Bench): EngineParts {
  const outcomes = new Map<string, KeptOutcome>();
  return {
    ledger,
    scratch: { tail: () => undefined, tool: () => undefined, read: () => null },
    clock,
    random: Math.random,
    newId: () => newId(clock.now(), Math.random),
    owner: { machine: "m", boot: "b", pidNamespace: "n", pid: process.pid, startTime: "t" },
    isDead: () => false,
    adapters: new Map([["scripted", adapter ?? timedAdapter(clock, models)]]),
    pipelines,
    workspace,
    context: { find: ({ commit }) => Promise.resolve({ ...nothingFound, commit }) },
    files: {
      folder: (run, call, attempt, rerun) => Promise.resolve(`/runs/${run}/${call}/${attempt}.${rerun}`),
      writeOutcome: (folder, outcome) => Promise.resolve(void outcomes.set(folder, outcome)),
      readOutcome: (folder) => Promise.resolve(outcomes.get(folder) ?? null),
    },
    day: () => "day",
    endProcess: () => Promise.resolve(),
    rank: (tasks, takesMs) => rankTasks(tasks, estimateMs === undefined ? takesMs : ({ id }) => estimateMs(id)),
    promptOverride: () => null,
  };
}

function timedAdapter(clock: Clock, models: Models): ModelAdapter {
  return {
    name: "scripted",
    capabilities: {
      streaming: true,
      session: "none",
      resume: false,
      schema: true,
      approvals: false,
      readOnly: false,
      durableOutput: false,
      costControl: "before",
      implements: true,
    },
    start(spec, onProcess) {
      models.onStart?.();
      return timedCall(clock, models, spec, onProcess);
    },
  };
}

function timedCall(
  clock: Clock,
  models: Models,
  spec: CallSpec,
  onProcess: (record: ProcessRecord) => Promise<void>,
): RunningCall {
  const stopped = new AbortController();
  const cancel = (): Promise<void> => {
    stopped.abort();
    return Promise.resolve();
  };
  const stream = new CallStream(cancel);
  const live = async (): Promise<void> => {
    const from = performance.now();
    await onProcess({ pid: 1, startTime: spec.attemptKey });
    models.onProcessCommitted?.(performance.now() - from);
    const durationMs = models.durationMs(spec);
    if (durationMs > 0) await clock.wait(durationMs, stopped.signal);
    if (!stopped.signal.aborted && spec.access === "write") models.write(spec);
    models.onLastOutput?.();
    stream.end(stopped.signal.aborted ? { ...outcomeOf(spec), kind: "cancelled" } : outcomeOf(spec));
  };
  live().catch((error: unknown) => stream.fail(error));
  return {
    [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
    cancel,
    respond: () => {
      throw new Error("nothing was asked");
    },
  };
}

function outcomeOf({ schema }: CallSpec): AdapterOutcome {
  const answer = schema === null ? null : { verdict: "approve", summary: "good", findings: [], closed: [] };
  return { kind: "success", text: answer === null ? "done" : JSON.stringify(answer), answer, failure: null };
}
