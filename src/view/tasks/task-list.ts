import type { TaskId } from "../../domain/ids.ts";
import { withoutParts } from "../../domain/parts.ts";
import type { Answer, Question } from "../../domain/question.ts";
import type { Proof } from "../../domain/proof.ts";
import type { RunRow, TaskRow } from "../../domain/rows.ts";
import type { TaskState } from "../../domain/task.ts";
import type { TasksSnapshot } from "../screen/screen-source.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { workerOf } from "./credits.ts";
import { taskWorld } from "./derived.ts";
import { entryOf, idColumns, type TaskEntry } from "./task-entry.ts";
import { parseFilter, passes } from "./task-filter.ts";

export type TaskSort = "needs" | "id" | "title" | "model" | "cost" | "age";

/** In the order in which `s` walks through them. */
export const taskSorts: readonly TaskSort[] = ["needs", "id", "title", "model", "cost", "age"];
export const sortWord: Record<TaskSort, string> = {
  needs: "needs you first",
  id: "by id",
  title: "by title",
  model: "by model",
  cost: "by cost",
  age: "by age",
};

export interface TaskListChoice {
  readonly filter: string;
  readonly sort: TaskSort;
  readonly reverse: boolean;
}

export interface TaskList {
  readonly entries: readonly TaskEntry[];
  /** Before the filter. */
  readonly total: number;
  readonly counts: TaskCounts;
  /** Width of the longest id. */
  readonly idColumns: number;
  readonly indexOf: ReadonlyMap<TaskId, number>;
}

/** Every task counts once. waiting: for a person, or under way and held or paused. */
export interface TaskCounts {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly waiting: number;
  readonly running: number;
  readonly queued: number;
  readonly blocked: number;
  /** Done, and undone again by a person; absent: none. */
  readonly reverted?: number;
  /** Of those that are done, those that no check is known to prove; absent: none. */
  readonly unproven?: number;
  /** Of those that are done, those that some of their checks prove; absent: none. */
  readonly partly?: number;
  /** Parts of these tasks, which count with them; absent: none is split. */
  readonly parts?: number;
}

/** Needs me, works, waits, failed, queued, blocked, done. */
function rank({ row, derived }: TaskEntry): number {
  const byState: Record<TaskState, number> = {
    AWAITING_HUMAN: 0,
    PLANNING: 1,
    PLAN_REVIEW: 1,
    PLAN_APPROVED: 1,
    PLAN_REJECTED: 1,
    IMPLEMENTING: 1,
    CODE_REVIEW: 1,
    QUALITY_GATE: 1,
    FAILED: 3,
    NEW: 4,
    DONE: 6,
  };
  const own = byState[row.state];
  if (own === 4) return derived === "blocked" ? 5 : 4;
  return own === 1 && (derived === "held" || derived === "paused") ? 2 : own;
}

/** Who waits longest for a person comes first; what was finished last comes first; the rest as in the file. */
function byNeed(a: TaskEntry, b: TaskEntry): number {
  const order = rank(a);
  const apart = order - rank(b);
  if (apart !== 0) return apart;
  if (order === 0 && a.row.movedAt !== b.row.movedAt) return a.row.movedAt - b.row.movedAt;
  if (order === 6 && a.row.movedAt !== b.row.movedAt) return b.row.movedAt - a.row.movedAt;
  // What has not begun stands in the order in which it will.
  if (order >= 4) return b.row.spec.priority - a.row.spec.priority || byPlace(a, b);
  return byPlace(a, b);
}

const byPlace = (a: TaskEntry, b: TaskEntry): number => a.row.position - b.row.position || compare(a.row.id, b.row.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
let collator: Intl.Collator | null = null;
/** Made by the first who sorts by names: it loads tables of all languages. */
function collate(a: string, b: string): number {
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return collator.compare(a, b);
}

const orders: Record<TaskSort, (a: TaskEntry, b: TaskEntry) => number> = {
  needs: byNeed,
  id: (a, b) => collate(a.row.id, b.row.id),
  title: (a, b) => collate(a.row.spec.goal, b.row.spec.goal) || byPlace(a, b),
  model: (a, b) => collate(workerOf(a) ?? "\uffff", workerOf(b) ?? "\uffff") || byPlace(a, b),
  cost: (a, b) => (b.row.cost.micros ?? -1) - (a.row.cost.micros ?? -1) || byPlace(a, b),
  age: (a, b) => a.row.movedAt - b.row.movedAt || byPlace(a, b),
};

/** Decisions by task that no engine is there to take. */
export type WaitingAnswers = ReadonlyMap<TaskId, Answer>;

export const noAnswers: WaitingAnswers = new Map();

/** What was decided of each task that asks nothing more. */
export function answersOf(
  questions: readonly { readonly question: Pick<Question, "task">; readonly answer: Answer | null }[],
): WaitingAnswers {
  const asking = new Set(questions.flatMap(({ question, answer }) => (answer === null ? [question.task] : [])));
  return new Map(
    questions.flatMap(({ question: { task }, answer }) =>
      answer === null || asking.has(task) ? [] : [[task, answer]],
    ),
  );
}

/** All tasks in the order of the snapshot. */
export const allEntries = memoizeLast(
  (snapshot: TasksSnapshot, run: RunRow | null, answers: WaitingAnswers): readonly TaskEntry[] => {
    const world = taskWorld(snapshot.rows, run, snapshot);
    return snapshot.rows.map((row) => entryOf(row, world, answers.get(row.id)));
  },
);

/**
 * In order, and parts below what they are parts of, in their own. A task that is split stands where the first of it would: one that
 * needs a person among its parts comes before all that does not.
 */
function inTree(
  entries: readonly TaskEntry[],
  order: (a: TaskEntry, b: TaskEntry) => number,
  reverse: boolean,
): readonly TaskEntry[] {
  const whole = withoutParts(entries.map((entry) => ({ id: entry.row.id, spec: entry.row.spec, entry })));
  const parts = new Map<TaskId, TaskEntry[]>();
  if (whole.length < entries.length)
    for (const entry of entries) {
      const { parent } = entry.row.spec;
      if (parent !== undefined) parts.set(parent, [...(parts.get(parent) ?? []), entry]);
    }
  // By what is urgent the family's first speaks for it, by all else the task itself.
  const headOf = (entry: TaskEntry): TaskEntry =>
    order !== byNeed ? entry : ([entry, ...(parts.get(entry.row.id) ?? [])].toSorted(byNeed)[0] ?? entry);
  const tops = whole.map(({ entry }) => ({ entry, head: headOf(entry) }));
  tops.sort((a, b) => order(a.head, b.head) || order(a.entry, b.entry));
  if (reverse) tops.reverse();
  return tops.flatMap(({ entry }) => [entry, ...(parts.get(entry.row.id) ?? []).toSorted(byPlace)]);
}

const computed = memoizeLast(
  (entries: readonly TaskEntry[], filter: string, sort: TaskSort, reverse: boolean): TaskList => {
    const terms = parseFilter(filter);
    const shown = terms.length === 0 ? [...entries] : entries.filter((entry) => passes(entry, terms));
    const sorted = inTree(shown, orders[sort], reverse);
    return {
      entries: sorted,
      total: entries.length,
      counts: countTasks(entries),
      idColumns: entries.reduce((most, { row }) => Math.max(most, idColumns(row)), 2),
      indexOf: new Map(sorted.map((entry, index) => [entry.row.id, index])),
    };
  },
);

/** The list as it is shown. The same arguments give the same object, so that it may be asked for anywhere. */
export const taskList = (
  snapshot: TasksSnapshot,
  run: RunRow | null,
  choice: TaskListChoice,
  answers: WaitingAnswers = noAnswers,
): TaskList => computed(allEntries(snapshot, run, answers), choice.filter, choice.sort, choice.reverse);

/** Parts are counted with what they are parts of, and by themselves only under `parts`. */
export function countTasks(all: readonly TaskEntry[]): TaskCounts {
  const whole = new Set(withoutParts(all.map(({ row }) => row)));
  const entries = whole.size === all.length ? all : all.filter(({ row }) => whole.has(row));
  const counts = { done: 0, failed: 0, waiting: 0, running: 0, queued: 0, blocked: 0, reverted: 0 };
  for (const entry of entries) counts[kindOf(entry)] += 1;
  const { reverted, ...usual } = counts;
  const proof = proofCounts(entries.flatMap(({ row, reverted }) => (reverted ? [] : [row])));
  return {
    total: entries.length,
    ...usual,
    ...(entries.length === all.length ? {} : { parts: all.length - entries.length }),
    ...(reverted === 0 ? {} : { reverted }),
    ...(proof.unproven === 0 ? {} : { unproven: proof.unproven }),
    ...(proof.partly === 0 ? {} : { partly: proof.partly }),
  };
}

/** Those of the tasks that are done, by what proves them; partly: some of their checks do, and they are counted as proven too. */
export function proofCounts(rows: readonly TaskRow[]): Readonly<Record<"proven" | "partly" | "unproven", number>> {
  const proofs = rows.filter(({ state }) => state === "DONE").map(({ proof }) => proof?.proof ?? "none");
  const of = (one: Proof): number => proofs.filter((proof) => proof === one).length;
  return { proven: proofs.length - of("none"), partly: of("partly"), unproven: of("none") };
}

function kindOf({
  row,
  derived,
  reverted,
}: TaskEntry): Exclude<keyof TaskCounts, "total" | "unproven" | "partly" | "parts"> {
  if (row.state === "DONE") return reverted ? "reverted" : "done";
  if (row.state === "FAILED") return "failed";
  if (row.state === "AWAITING_HUMAN") return "waiting";
  if (derived === "blocked") return "blocked";
  if (row.state === "NEW") return "queued";
  return derived === "held" || derived === "paused" ? "waiting" : "running";
}
