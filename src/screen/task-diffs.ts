import type { TaskId } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { TaskDetail } from "../engine/ports/task-reads.ts";
import type { DiffSnapshot } from "../view/screen/screen-source.ts";
import type { LedgerReads } from "./ledger-reads.ts";
import type { SliceLoader } from "./slice-loader.ts";

/** The unified diff between two commits, with git's file headers. The loader bounds it and may reject. */
export type LoadDiff = (from: string, to: string) => Promise<string>;

const nothing: DiffSnapshot = { state: "none", text: "", note: null };
const loading: DiffSnapshot = { state: "loading", text: "", note: null };

const mostKept = 20;
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
  readonly #kept = new Map<string, Kept>();

  constructor(load: LoadDiff, clock: Pick<Clock, "now">, onLoaded: (task: TaskId) => void) {
    this.#load = load;
    this.#clock = clock;
    this.#onLoaded = onLoaded;
  }

  async load(task: TaskId, before: DiffSnapshot, reads: LedgerReads): Promise<DiffSnapshot> {
    const range = rangeOf(await reads.detail(task));
    const next = range === null ? nothing : this.#of(task, range);
    return next.state === before.state && next.text === before.text && next.note === before.note ? before : next;
  }

  #of(task: TaskId, { from, to }: Range): DiffSnapshot {
    const key = `${from}..${to}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#clock.now() < kept.againAt) {
      // The last one used is the last one dropped.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.snapshot;
    }
    this.#keep(key, loading, Number.POSITIVE_INFINITY);
    this.#load(from, to)
      .then(
        (text) =>
          this.#keep(key, text === "" ? nothing : { state: "ready", text, note: null }, Number.POSITIVE_INFINITY),
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
