import type { CallId, TaskId } from "../domain/ids.ts";
import type { AttemptRow } from "../domain/rows.ts";
import type { Said, SaidSince } from "../domain/transcript.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { callOfOutput } from "../view/output/output-call.ts";
import { grownEntries, type OutputEntry } from "../view/output/output-entries.ts";
import type { OutputSnapshot } from "../view/screen/screen-source.ts";
import type { LedgerReads } from "./ledger-reads.ts";
import type { SliceLoader } from "./slice-loader.ts";

/** What an attempt has said since a place in its folder's transcript. */
export type ReadSaid = (folder: string, from: number) => Promise<SaidSince>;

/** As often as its writer writes. */
export const outputMs = 100;
const mostKept = 6;
const none: OutputSnapshot = { entries: [], cut: false };

interface Kept {
  readonly task: TaskId;
  /** Null: to be read from the ledger. */
  tries: readonly AttemptRow[] | null;
  isRunning: boolean;
  readAt: number;
  /** How far each try is read, by its folder, and whether its failure is told. */
  readonly places: Map<string, { readonly next: number; readonly isOver: boolean }>;
  entries: readonly OutputEntry[];
  cut: boolean;
}

/** What calls say, in full as far as it is kept: read once, then what came since, as nothing tells of it. */
export class CallOutputs implements SliceLoader<OutputSnapshot> {
  readonly empty = none;
  readonly #readSaid: ReadSaid;
  readonly #clock: Pick<Clock, "now">;
  readonly #kept = new Map<string, Kept>();

  constructor(read: ReadSaid, clock: Pick<Clock, "now">) {
    this.#readSaid = read;
    this.#clock = clock;
  }

  isRunning(id: string): boolean {
    return this.#kept.get(id)?.isRunning === true;
  }

  changed(task: TaskId): void {
    for (const kept of this.#kept.values()) if (kept.task === task) kept.tries = null;
  }

  async load(id: string, before: OutputSnapshot, reads: LedgerReads): Promise<OutputSnapshot> {
    const place = callOfOutput(id);
    if (place === null) return before;
    const kept = this.#of(id, place.task);
    const isNew = kept.tries === null;
    const tries = kept.tries ?? (await this.#tries(kept, place.call, reads));
    const now = this.#clock.now();
    if (!isNew && (!kept.isRunning || now - kept.readAt < outputMs - 10)) return before;
    kept.readAt = now;
    // A try that has ended is read once more, for its last words.
    const isAnew = await this.#read(kept, isNew ? tries : tries.slice(-1));
    // Its engine had ended, and another one follows it: all that it has said comes again.
    if (isAnew) {
      kept.entries = [];
      kept.places.clear();
      await this.#read(kept, tries);
    }
    if (kept.entries === before.entries) return before;
    return { entries: kept.entries, cut: kept.cut || (kept.entries[0]?.n ?? 1) > 1 };
  }

  #of(id: string, task: TaskId): Kept {
    const known = this.#kept.get(id);
    // The last one used is the last one dropped.
    this.#kept.delete(id);
    const kept = known ?? {
      task,
      tries: null,
      isRunning: false,
      readAt: Number.NEGATIVE_INFINITY,
      places: new Map(),
      entries: [],
      cut: false,
    };
    this.#kept.set(id, kept);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && oldest.done !== true) this.#kept.delete(oldest.value);
    return kept;
  }

  async #tries(kept: Kept, call: CallId, reads: LedgerReads): Promise<readonly AttemptRow[]> {
    const found = (await reads.detail(kept.task))?.calls.find(({ id }) => id === call);
    const tries = found?.tries ?? [];
    kept.tries = tries;
    kept.isRunning = found?.state === "running";
    return tries;
  }

  /** The answer is whether one of them began anew. */
  async #read(kept: Kept, tries: readonly AttemptRow[]): Promise<boolean> {
    for (const { folder, attempt, model, startedAt, endedAt, outcome, failure } of tries) {
      const place = kept.places.get(folder);
      const { said, next, anew, skipped } = await this.#readSaid(folder, place?.next ?? 0);
      if (anew) return true;
      const more: Said[] = [...said];
      if (place === undefined && (kept.tries ?? []).length > 1)
        more.unshift({ at: startedAt, kind: "notice", text: `try ${attempt} by ${model}` });
      const hasFailed = outcome !== null && outcome !== "success" && failure !== null;
      if (hasFailed && place?.isOver !== true)
        more.push({ at: endedAt ?? startedAt, kind: "notice", text: `${failure.type}: ${failure.message}` });
      kept.places.set(folder, { next, isOver: hasFailed });
      kept.cut ||= skipped;
      kept.entries = grownEntries(kept.entries, more);
    }
    return false;
  }
}
