import type { CallId, TaskId } from "../domain/ids.ts";
import type { AttemptRow } from "../domain/rows.ts";
import type { SaidSince } from "../domain/transcript.ts";
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
  /** How far each try's transcript is read, by its folder. */
  readonly places: Map<string, number>;
  entries: readonly OutputEntry[];
  cut: boolean;
}

/** What calls say, in full as far as it is kept: read once, then what came since, as nothing tells of it. */
export class CallOutputs implements SliceLoader<OutputSnapshot> {
  readonly empty = none;
  readonly #read: ReadSaid;
  readonly #clock: Pick<Clock, "now">;
  readonly #kept = new Map<string, Kept>();

  constructor(read: ReadSaid, clock: Pick<Clock, "now">) {
    this.#read = read;
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
    for (const [index, one] of tries.entries())
      if (index === tries.length - 1 || isNew) await this.#readTry(kept, one, tries.length > 1);
    return kept.entries === before.entries ? before : { entries: kept.entries, cut: kept.cut };
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
      places: new Map<string, number>(),
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

  async #readTry(
    kept: Kept,
    { folder, attempt, model, startedAt, outcome, failure }: AttemptRow,
    isOneOfMany: boolean,
  ): Promise<void> {
    const from = kept.places.get(folder);
    const { said, next, anew, skipped } = await this.#read(folder, from ?? 0);
    if (from === undefined && isOneOfMany)
      kept.entries = grownEntries(kept.entries, [
        { at: startedAt, kind: "notice", text: `try ${attempt} by ${model}` },
      ]);
    if (anew && from !== undefined)
      kept.entries = grownEntries(kept.entries, [
        { at: this.#clock.now(), kind: "notice", text: "followed anew after its engine had ended; all again:" },
      ]);
    kept.places.set(folder, next);
    kept.cut ||= skipped;
    kept.entries = grownEntries(kept.entries, said);
    if (outcome !== null && outcome !== "success" && failure !== null && !kept.places.has(`${folder} ended`)) {
      kept.places.set(`${folder} ended`, 0);
      kept.entries = grownEntries(kept.entries, [
        { at: this.#clock.now(), kind: "notice", text: `${failure.type}: ${failure.message}` },
      ]);
    }
  }
}
