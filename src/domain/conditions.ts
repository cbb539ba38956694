import type { TaskId } from "./ids.ts";
import type { Question } from "./question.ts";
import type { RunRow } from "./rows.ts";
import { isTerminal, type TaskState } from "./task.ts";
import { startObstacle, type StartLimits } from "./start-obstacle.ts";
import { sharedCause, type SharedCause } from "./question-cause.ts";
import { behind, earliestWave, wavesOf } from "./task-chains.ts";

/** What keeps a task from going on that has begun, or will keep it as soon as it begins. */
export interface Kept {
  readonly kind: "hold" | "breaker" | "budget" | "retry" | "question" | "parts";
  /** Null: without an end that is known. */
  readonly untilMs: number | null;
  readonly reason: string;
}

/** A task as far as it may stand in the way of the run. */
export interface ConditionTask {
  readonly id: TaskId;
  readonly state: TaskState;
  readonly begun: boolean;
  readonly needs: readonly TaskId[];
  readonly area: string | null;
  /** The task that it is a part of. */
  readonly parent?: TaskId | undefined;
  /** Done, and its merge was undone: whoever needs it waits. */
  readonly reverted: boolean;
  /** Something works on it now: a model, a check, git. */
  readonly works: boolean;
  readonly kept: Kept | null;
}

export interface ConditionFacts {
  readonly run: Pick<RunRow, "state" | "paused" | "stopping"> | null;
  /** absent: nothing runs and nothing should. died: a run is unfinished and nobody holds its lease. */
  readonly engine: "alive" | "absent" | "died";
  readonly tasks: readonly ConditionTask[];
  /** Without an answer. */
  readonly questions: readonly Pick<Question, "task" | "kind" | "reason" | "evidence">[];
  readonly limits: StartLimits;
}

/** What stands in the way of the run as a whole. `tasks`: how many it keeps. */
export type Condition =
  | { readonly kind: "no_run" }
  | { readonly kind: "engine_died" }
  | { readonly kind: "stopped" }
  | { readonly kind: "ended"; readonly tasks: number }
  | { readonly kind: "stopping" }
  | { readonly kind: "paused"; readonly tasks: number }
  /** One task asks, and its answer is for all. */
  | {
      readonly kind: "asked_for_all";
      readonly cause: Exclude<SharedCause["kind"], "budget">;
      readonly task: TaskId;
      readonly tasks: number;
    }
  /** `task`: who asks about it; null: nobody does, other calls have reserved it. */
  | { readonly kind: "budget"; readonly scope: string | null; readonly task: TaskId | null; readonly tasks: number }
  | { readonly kind: "awaiting_limit"; readonly waiting: number; readonly limit: number; readonly tasks: number }
  /** `all`: of those that could go on nobody else is left. */
  | ({ readonly kind: "held" | "resting" | "retrying"; readonly all: boolean } & KeptTogether)
  | {
      readonly kind: "blocked";
      readonly by: readonly TaskId[];
      readonly why: "asks" | "failed" | "undone";
      readonly tasks: number;
    }
  | { readonly kind: "wave"; readonly tasks: number }
  | { readonly kind: "area"; readonly area: string; readonly limit: number; readonly tasks: number }
  | { readonly kind: "asked"; readonly tasks: number }
  /** These are done in parts, which go on; `task`: the first. */
  | { readonly kind: "parts"; readonly task: TaskId; readonly tasks: number }
  /** Nothing stands in the way: this one is begun in a moment, or what is left is written down. */
  | { readonly kind: "next"; readonly task: TaskId | null };

interface KeptTogether {
  readonly tasks: number;
  /** When the first of them goes on; null: not by itself. */
  readonly untilMs: number | null;
  readonly reason: string;
}

/** Something works on a task: only then does a run run. */
export const isWorking = (facts: Pick<ConditionFacts, "run" | "engine" | "tasks">): boolean =>
  engineOf(facts) === "alive" && facts.tasks.some(({ works }) => works);

/** It is over without anybody: by a time that is known, or because others go on. */
const passing: ReadonlySet<Condition["kind"]> = new Set([
  "held",
  "resting",
  "retrying",
  "next",
  "wave",
  "area",
  "parts",
]);

/** All that stands in the way ends by itself; else the end of the run is up to a person, and no time of it is true. */
export const endsByItself = (conditions: readonly Condition[]): boolean =>
  conditions.every((each) => passing.has(each.kind) && (!("untilMs" in each) || each.untilMs !== null));

/** An engine lives a moment longer than its run. */
export const engineOf = ({ run, engine }: Pick<ConditionFacts, "run" | "engine">): ConditionFacts["engine"] =>
  engine === "alive" && run?.state !== "running" ? "absent" : engine;

/** All of them, the weightiest first. A run with nothing running that has not ended has at least one. */
export function conditionsOf(facts: ConditionFacts): readonly Condition[] {
  const { run, tasks } = facts;
  const engine = engineOf(facts);
  const open = tasks.filter(({ state }) => !isTerminal(state));
  const whole = open.filter(({ parent }) => parent === undefined);
  if (run === null) return [{ kind: "no_run" }];
  if (run.state === "ended") return open.length === 0 ? [] : [{ kind: "ended", tasks: whole.length }];
  const asking = asked(facts);
  const found: readonly Condition[] = [
    ...(engine === "died" ? [{ kind: "engine_died" } as const] : []),
    ...(engine === "absent" && run.state === "stopped" ? [{ kind: "stopped" } as const] : []),
    ...(engine === "alive" && run.stopping !== "no" ? [{ kind: "stopping" } as const] : []),
    ...(run.paused ? [{ kind: "paused", tasks: whole.length } as const] : []),
    ...asking.forAll,
    ...starting(facts),
    ...kept(open).filter(({ kind }) => engine === "alive" || kind === "held"),
    ...blocked(facts),
    ...asking.alone,
  ].filter(
    ({ kind }, _at, all) =>
      (kind !== "asked" || all.every((other) => other.kind !== "awaiting_limit")) &&
      // Parts that are worked on are in nobody's way.
      (kind !== "parts" || !isWorking(facts)),
  );
  if (found.length > 0 || isWorking(facts)) return sorted(found);
  // An engine that is gone, and nothing it would wait for.
  if (engine !== "alive") return [{ kind: "stopped" }];
  return [{ kind: "next", task: (open.find(({ begun }) => begun) ?? open[0])?.id ?? null }];
}

/** The weightiest first. */
export const conditionKinds = [
  "no_run",
  "engine_died",
  "stopped",
  "ended",
  "stopping",
  "paused",
  "asked_for_all",
  "budget",
  "awaiting_limit",
  "held",
  "resting",
  "retrying",
  "asked",
  "blocked",
  "wave",
  "area",
  "parts",
  "next",
] as const satisfies readonly Condition["kind"][];

const sorted = (found: readonly Condition[]): readonly Condition[] =>
  found.toSorted((a, b) => conditionKinds.indexOf(a.kind) - conditionKinds.indexOf(b.kind));

/** Questions whose answer others wait for, each once, and how many tasks ask for themselves. */
function asked({ tasks, questions }: ConditionFacts): Readonly<Record<"forAll" | "alone", readonly Condition[]>> {
  const waiting = tasks.filter((one) => one.kept?.kind === "question").length;
  const forAll = new Map<string, Condition>();
  for (const question of questions) {
    const cause = sharedCause(question);
    if (cause === null || forAll.has(cause.kind)) continue;
    const { task } = question;
    forAll.set(
      cause.kind,
      cause.kind === "budget"
        ? { kind: "budget", scope: cause.scope, task, tasks: waiting }
        : { kind: "asked_for_all", cause: cause.kind, task, tasks: waiting },
    );
  }
  const alone = new Set(questions.flatMap((one) => (sharedCause(one) === null ? [one.task] : [])));
  return { forAll: [...forAll.values()], alone: alone.size === 0 ? [] : [{ kind: "asked", tasks: alone.size }] };
}

/** What keeps tasks from being started that could be. */
function starting({ tasks, limits, engine }: ConditionFacts): readonly Condition[] {
  const world = startWorld(tasks, limits);
  const counts = { limit: 0, wave: 0 };
  const areas = new Map<string, number>();
  let waiting = 0;
  for (const task of tasks) {
    if (task.state !== "NEW" || task.begun || task.kept !== null) continue;
    const obstacle = world(task);
    if (obstacle?.kind === "awaiting_limit") {
      counts.limit += 1;
      ({ waiting } = obstacle);
    } else if (obstacle?.kind === "wave") counts.wave += 1;
    else if (obstacle?.kind === "area") areas.set(obstacle.area, (areas.get(obstacle.area) ?? 0) + 1);
  }
  if (engine === "died") return [];
  return [
    ...(counts.limit === 0
      ? []
      : [{ kind: "awaiting_limit", waiting, limit: limits.awaitingHuman, tasks: counts.limit } as const]),
    ...(counts.wave === 0 ? [] : [{ kind: "wave", tasks: counts.wave } as const]),
    ...[...areas].map(([area, count]) => ({ kind: "area", area, limit: limits.perArea ?? 0, tasks: count }) as const),
  ];
}

/** Asks of any task of these what keeps it from starting; what is the same for all is counted once. */
export function startWorld(
  tasks: readonly ConditionTask[],
  limits: StartLimits,
): (task: ConditionTask) => ReturnType<typeof startObstacle> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const inArea = new Map<string, number>();
  for (const { area, begun, state, parent } of tasks)
    if (area !== null && parent === undefined && begun && !isTerminal(state))
      inArea.set(area, (inArea.get(area) ?? 0) + 1);
  const awaitingHuman = tasks.filter(({ state }) => state === "AWAITING_HUMAN").length;
  const waves = limits.schedule === "waves" ? wavesOf(tasks) : null;
  const openWave = waves === null ? null : earliestWave(tasks, waves);
  return (task) =>
    startObstacle(
      {
        begun: false,
        needs: task.needs.map((id) => {
          const need = byId.get(id);
          return need === undefined || need.reverted ? null : need.state;
        }),
        area: task.parent === undefined ? task.area : null,
        runningInArea: task.area === null ? 0 : (inArea.get(task.area) ?? 0),
        awaitingHuman,
        earlierWaveOpen: task.parent === undefined && openWave !== null && openWave < (waves?.get(task.id) ?? 0),
      },
      limits,
    );
}

const keptAs = { hold: "held", breaker: "resting", retry: "retrying" } as const;

function kept(open: readonly ConditionTask[]): readonly Condition[] {
  const begun = open.filter((task) => task.begun && task.state !== "AWAITING_HUMAN");
  const able = begun.filter((task) => task.kept?.kind !== "parts");
  const split = begun.filter((task) => task.kept?.kind === "parts");
  const groups = new Map<Kept["kind"], KeptTogether>();
  for (const { kept: by } of able) {
    if (by === null) continue;
    const known = groups.get(by.kind) ?? { tasks: 0, untilMs: by.untilMs, reason: by.reason };
    const { untilMs, reason } = earlier(by.untilMs, known.untilMs) ? by : known;
    groups.set(by.kind, { tasks: known.tasks + 1, untilMs, reason });
  }
  const [first] = split;
  const waiting: readonly Condition[] =
    first === undefined ? [] : [{ kind: "parts", task: first.id, tasks: split.length }];
  return [...groups]
    .flatMap(([kind, group]): readonly Condition[] => {
      if (kind === "question" || kind === "parts") return [];
      if (kind === "budget") return [{ kind: "budget", scope: null, task: null, tasks: group.tasks }];
      return [{ kind: keptAs[kind], all: group.tasks === able.length, ...group }];
    })
    .concat(waiting);
}

const earlier = (a: number | null, b: number | null): boolean => a !== null && (b === null || a < b);

/** Who waits for tasks that will not be done by themselves: those that failed before those that ask. */
function blocked({ tasks, questions }: ConditionFacts): readonly Condition[] {
  const asking = new Set(questions.map(({ task }) => task));
  const over = new Set(tasks.flatMap(({ id, state }) => (isTerminal(state) ? [id] : [])));
  const counted = new Set<TaskId>();
  const of = (why: "asks" | "failed" | "undone", roots: readonly ConditionTask[]): readonly Condition[] => {
    const reached = behind(tasks, roots);
    const waiting = reached.tasks.filter(
      ({ id, state }) => (state === "NEW" || state === "PLAN_APPROVED") && !counted.has(id),
    );
    for (const { id } of waiting) counted.add(id);
    return waiting.length === 0 ? [] : [{ kind: "blocked", by: reached.by, why, tasks: waiting.length }];
  };
  const failed = of(
    "failed",
    // What becomes of a part that failed is asked as long as its task is not over.
    tasks.filter(({ state, parent }) => state === "FAILED" && (parent === undefined || over.has(parent))),
  );
  const undone = of(
    "undone",
    tasks.filter(({ reverted }) => reverted),
  );
  const asks = of(
    "asks",
    tasks.filter(({ id }) => asking.has(id)),
  );
  return [...asks, ...undone, ...failed];
}
