import type { TaskId } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { TaskDetail } from "../engine/ports/task-reads.ts";
import type { DiffSnapshot } from "../view/screen/screen-source.ts";
import type { LedgerReads } from "./ledger-reads.ts";
import { unlessSame, type SliceLoader } from "./slice-loader.ts";

/** The unified diff between two commits, with git's file headers. The loader bounds it and may reject. */
export type LoadDiff = (from: string, to: string, context?: number) => Promise<string>;

const nothing: DiffSnapshot = { state: "none", text: "", note: null };
const loading: DiffSnapshot = { state: "loading", text: "", note: null };

const ready = (text: string, context: number | undefined): DiffSnapshot => ({
  state: "ready",
  text,
  note: null,
  ...(context === undefined ? {} : { context }),
});

/** Git's own. */
const usualContext = 3;
/** Rounds whose comments are looked after. */
const mostRounds = 4;
const mostKept = 30;
const failedForMs = 10_000;

interface Kept {
  readonly snapshot: DiffSnapshot;
  /** When a failed one may be tried again. */
  readonly againAt: number;
}

/** Diffs of tasks: of the commits their question is about, else of all they did. Commits never change, so each is loaded once. */
export class TaskDiffs implements SliceLoader<DiffSnapshot> {
  readonly empty = loading;
  readonly #load: LoadDiff;
  readonly #clock: Pick<Clock, "now">;
  readonly #onLoaded: (task: TaskId) => void;
  readonly #context = new Map<TaskId, number>();
  readonly #kept = new Map<string, Kept>();

  constructor(load: LoadDiff, clock: Pick<Clock, "now">, onLoaded: (task: TaskId) => void) {
    this.#load = load;
    this.#clock = clock;
    this.#onLoaded = onLoaded;
  }

  async load(task: TaskId, before: DiffSnapshot, reads: LedgerReads): Promise<DiffSnapshot> {
    const detail = await reads.detail(task);
    const range = rangeOf(detail);
    const next = range === null ? nothing : this.#of(task, range, this.#context.get(task));
    const shown = next.state === "ready" ? { ...next, ...this.#since(task, detail, range) } : next;
    return unlessSame(before, shown);
  }

  /** So many unchanged lines around each change from now on. */
  setContext(task: TaskId, lines: number): void {
    if (lines === usualContext) this.#context.delete(task);
    else this.#context.set(task, lines);
  }

  /** What changed since a person asked for changes, as far as it is loaded. */
  #since(task: TaskId, detail: TaskDetail | null, range: Range | null): Pick<DiffSnapshot, "since"> {
    const tips = (detail?.requests ?? []).flatMap(({ tip }) => (tip === undefined ? [] : [tip])).slice(-mostRounds);
    if (range === null || tips.length === 0) return {};
    const since = tips.flatMap((tip): (readonly [string, string])[] => {
      if (tip === range.to) return [[tip, ""]];
      const { state, text } = this.#of(task, { from: tip, to: range.to }, undefined);
      return state === "ready" || state === "none" ? [[tip, text]] : [];
    });
    return { since: Object.fromEntries(since) };
  }

  #of(task: TaskId, { from, to }: Range, context: number | undefined): DiffSnapshot {
    const key = `${from}..${to} ${context ?? usualContext}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#clock.now() < kept.againAt) {
      // The last one used is the last one dropped.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.snapshot;
    }
    this.#keep(key, loading, Number.POSITIVE_INFINITY);
    this.#load(from, to, context)
      .then(
        (text) => this.#keep(key, text === "" ? nothing : ready(text, context), Number.POSITIVE_INFINITY),
        (error: unknown) =>
          this.#keep(key, { state: "failed", text: "", note: wordsOf(error) }, this.#clock.now() + failedForMs),
      )
      .finally(() => this.#onLoaded(task));
    return loading;
  }

  #keep(key: string, snapshot: DiffSnapshot, againAt: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, { snapshot, againAt });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && oldest.done !== true) this.#kept.delete(oldest.value);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Range {
  readonly from: string;
  readonly to: string;
}

function rangeOf(detail: TaskDetail | null): Range | null {
  if (detail === null) return null;
  const { from, to } = detail.question?.evidence ?? {};
  const range =
    typeof from === "string" && typeof to === "string"
      ? { from, to }
      : { from: detail.task.baseCommit, to: detail.task.commit };
  return range.from === null || range.to === null || range.from === range.to
    ? null
    : { from: range.from, to: range.to };
}
