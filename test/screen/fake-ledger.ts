import type { NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import type { Actor, Answer, GivenCommand, Hold, Question } from "../../src/domain/question.ts";
import type { AttemptRow, BreakerRow, CallRow, ModelTotals, RunRow, TaskRow } from "../../src/domain/rows.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { AnswerOutcome } from "../../src/engine/ports/decisions.ts";
import type { Batch, EventFilter } from "../../src/engine/ports/event-log.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { OwnerIdentity } from "../../src/engine/ports/leases.ts";
import type { TaskDetail } from "../../src/engine/ports/task-reads.ts";
import type { ScreenLedger } from "../../src/screen/ledger-reads.ts";

export const engineOwner: OwnerIdentity = { machine: "m", boot: "b", pidNamespace: "n", pid: 4711, startTime: "1" };

/** A ledger whose tables a test sets by hand, and which counts what is read of it. */
export class FakeLedger implements ScreenLedger {
  run: RunRow | null = null;
  settings: Settings | null = null;
  rows: TaskRow[] = [];
  details = new Map<string, TaskDetail>();
  holdRows: Hold[] = [];
  runningRows: (AttemptRow & { readonly callRow: CallRow })[] = [];
  questionRows: { readonly question: Question; readonly answer: Answer | null }[] = [];
  totalRows: ModelTotals[] = [];
  breakerRows: BreakerRow[] = [];
  lease: { owner: OwnerIdentity; untilMs: number } | null = null;
  /** Thrown by every read while it is set. */
  fault: Error | null = null;
  readonly events: RecordedEvent[] = [];
  readonly reads = new Map<string, number>();
  readonly given: GivenCommand[] = [];
  readonly answers: Answer[] = [];
  readonly takenBack: string[] = [];
  readonly resets: string[] = [];
  outcome: AnswerOutcome | null = null;
  readonly #clock: Pick<Clock, "now">;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** What became true, with the tables changed already. */
  happen(...news: readonly (NewEvent & { readonly repository?: string | null })[]): void {
    for (const { repository = "repo", ...event } of news) {
      const pos = this.events.length + 1;
      this.events.push({ ...event, pos, seq: pos, at: this.#clock.now(), run: "run1", repository });
    }
    for (const listener of this.#listeners) listener();
  }

  count(name: string): number {
    return this.reads.get(name) ?? 0;
  }

  #read<T>(name: string, value: T): Promise<T> {
    this.reads.set(name, this.count(name) + 1);
    return this.fault === null ? Promise.resolve(value) : Promise.reject(this.fault);
  }

  readonly log = {
    append: async (batch: Batch) => {
      this.happen(...batch.events);
      return this.events.slice(-batch.events.length);
    },
    since: (pos: number, filter: EventFilter = {}) => {
      const fit = this.events.filter(
        (event) =>
          event.pos > pos &&
          (filter.repository === undefined || event.repository === filter.repository) &&
          (filter.task === undefined || event.task === filter.task) &&
          (filter.types === undefined || filter.types.includes(event.type)),
      );
      const limit = filter.limit ?? fit.length;
      return this.#read("since", filter.last === true ? fit.slice(-limit) : fit.slice(0, limit));
    },
    follow: (listener: () => void) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
    head: () => this.#read("head", this.events.length),
  };

  readonly leases = { holder: () => this.#read("holder", this.lease === null ? null : { ...this.lease, fence: null }) };

  readonly breakers = {
    list: () => this.#read("breakers", this.breakerRows),
    reset: async (model: string, _actor: Actor): Promise<void> => {
      this.resets.push(model);
    },
  };

  readonly decisions = {
    answer: async (answer: Answer): Promise<AnswerOutcome> => {
      this.answers.push(answer);
      const asked = this.questionRows.find(({ question }) => question.id === answer.question);
      return (
        this.outcome ??
        (asked === undefined ? { ok: false, why: "unknown", legal: [] } : { ok: true, question: asked.question })
      );
    },
    takeBack: async (id: string, _actor: Actor) => {
      this.takenBack.push(id);
      return this.questionRows.some(
        ({ question, answer }) => question.id === id && answer !== null && answer.effectiveAt > this.#clock.now(),
      );
    },
    give: async (_repository: string, _run: string | null, given: GivenCommand) => {
      this.given.push(given);
      this.happen({ type: "command.given", data: { given } });
    },
  };

  readonly tasks = {
    list: () => this.#read("list", [...this.rows]),
    get: (_repository: string, id: string) => this.#read("get", this.rows.find((row) => row.id === id) ?? null),
    detail: (_repository: string, id: string) => this.#read("detail", this.details.get(id) ?? null),
  };

  readonly runs = {
    runs: () => this.#read("runs", this.run === null ? [] : [this.run]),
    settings: () => this.#read("settings", this.settings),
    totals: () => this.#read("totals", this.totalRows),
    activity: () => this.#read("activity", { attempts: [], cut: false, questions: [] }),
  };

  readonly account = {
    questions: () => this.#read("questions", this.questionRows),
    holds: () => this.#read("holds", this.holdRows),
    running: () => this.#read("running", this.runningRows),
    spend: () => this.#read("spend", { micros: 0, tokens: 0, reservedMicros: 0, unknownCalls: 0 }),
    use: () => this.#read("use", { windows: [], calls: [] }),
  };
}
