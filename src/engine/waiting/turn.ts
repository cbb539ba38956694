import { assert } from "../../domain/assert.ts";
import type { QuestionId, RepositoryId } from "../../domain/ids.ts";
import type { Answer, Hold, Question } from "../../domain/question.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import { Stopped } from "./interrupts.ts";
import type { Slot } from "./slots.ts";
import type { Waker } from "./waker.ts";

/** What a task waits for while it holds no slot. `untilMs` null: without an end of its own. */
export interface Waiting {
  readonly kind: "question" | "approval" | "hold" | "retry" | "budget" | "breaker" | "pause" | "rate" | "parts";
  readonly untilMs: number | null;
  readonly reason: string;
  /** The one question whose answer is waited for. */
  readonly question?: QuestionId;
}

/** What a person asked of the whole run; kept current by the engine from the run's row. */
export interface RunControl {
  paused: boolean;
  stopping: boolean;
}

export interface Idle {
  /** Waits for an instant; leaves early when `look` says so at a notice. Throws Stopped when the task is stopped. */
  until(atMs: number | null, look?: () => Promise<boolean>): Promise<void>;
}

export interface TurnParts {
  readonly repository: RepositoryId;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly waker: Waker;
  /** A slot in the task's order among the others; null when the signal aborted first. */
  readonly acquire: (signal: AbortSignal) => Promise<Slot | null>;
  readonly control: RunControl;
  readonly signal: AbortSignal;
  /** Told whenever the task begins to wait and (null) when it goes on. */
  readonly onWaiting: (waiting: Waiting | null) => void;
}

/**
 * A task's turn among the others: it holds a slot while it works and none while it waits. The slot is taken when work is really
 * at hand, so replaying committed keys and waiting for an old question cost nothing.
 */
export class Turn {
  readonly signal: AbortSignal;
  readonly #parts: TurnParts;
  #slot: Slot | null = null;
  #taking: Promise<void> | null = null;
  /** Done first whenever the task begins to wait. */
  beforeWaiting: () => Promise<void> = () => Promise.resolve();

  constructor(parts: TurnParts) {
    this.#parts = parts;
    this.signal = parts.signal;
  }

  now(): number {
    return this.#parts.clock.now();
  }

  /** Resolves when the task may do a piece of work: not stopped, not paused, with a slot. */
  async ready(): Promise<void> {
    const { control } = this.#parts;
    while (control.paused && !control.stopping && !this.signal.aborted) {
      await this.idle({ kind: "pause", untilMs: null, reason: "paused" }, (idle) =>
        idle.until(null, () => Promise.resolve(!control.paused || control.stopping)),
      );
    }
    if (control.stopping || this.signal.aborted) throw new Stopped("the run is stopping");
    if (this.#slot !== null) return;
    while (this.#slot === null) await (this.#taking ??= this.#take());
    if (control.paused || control.stopping) await this.ready();
  }

  /** One slot, however many of its agent's questions are answered at once. */
  async #take(): Promise<void> {
    try {
      this.#slot = await this.#parts.acquire(this.signal);
    } finally {
      this.#taking = null;
    }
    if (this.#slot === null) throw new Stopped("stopped while waiting for a slot");
  }

  /** Gives the slot back for as long as `wait` takes. */
  async idle<T>(waiting: Waiting, wait: (idle: Idle) => Promise<T>): Promise<T> {
    this.yield();
    this.#parts.onWaiting(waiting);
    try {
      await this.beforeWaiting();
      return await wait({ until: (atMs, look) => this.#until(atMs, look) });
    } finally {
      this.#parts.onWaiting(null);
    }
  }

  /** Waits until a hold is over or released. */
  async held(id: string, untilMs: number, reason: string): Promise<void> {
    const { ledger, repository } = this.#parts;
    const isOver = async (): Promise<boolean> =>
      !(await ledger.account.holds(repository)).some((hold) => hold.id === id);
    await this.idle({ kind: "hold", untilMs, reason }, (idle) => idle.until(untilMs, isOver));
  }

  /** A hold of this with an end that another has set. */
  async standingHold(on: Pick<Hold, "scope" | "target">): Promise<{ id: string; untilMs: number } | null> {
    const { ledger, repository } = this.#parts;
    for (const { id, untilMs, scope, target } of await ledger.account.holds(repository))
      if (scope === on.scope && target === on.target && untilMs !== null && untilMs > this.now())
        return { id, untilMs };
    return null;
  }

  /** Waits for the effective answer of a question. */
  async answer(question: Question): Promise<Answer> {
    const waiting = { kind: "question", untilMs: null, reason: question.kind, question: question.id } as const;
    return await this.idle(waiting, async () => {
      const answer = await this.#answer(question, null, this.signal);
      assert(answer !== null, "only an instant ends the wait for an answer without one");
      return answer;
    });
  }

  /** The same for an agent that waits in the middle of its call: null from `untilMs` on. Throws Stopped when `over` aborts. */
  async answerDuringCall(question: Question, untilMs: number, over: AbortSignal): Promise<Answer | null> {
    return await this.idle(
      { kind: "approval", untilMs, reason: question.kind },
      async () => await this.#answer(question, untilMs, AbortSignal.any([this.signal, over])),
    );
  }

  async #answer(question: Question, untilMs: number | null, signal: AbortSignal): Promise<Answer | null> {
    const { ledger, waker, clock, repository } = this.#parts;
    const got = await waker.until<Answer | null>(async () => {
      this.#goOn();
      const found = (await ledger.account.questions(repository)).find((entry) => entry.question.id === question.id);
      assert(found !== undefined, `the question ${question.id} is gone without an answer`);
      const { answer } = found;
      if (answer !== null) return answer.effectiveAt <= clock.now() ? { got: answer } : { again: answer.effectiveAt };
      return untilMs !== null && clock.now() >= untilMs ? { got: null } : { again: untilMs };
    }, signal);
    if (signal.aborted) throw new Stopped("stopped while waiting for a person");
    return got;
  }

  /** Gives the slot back; harmless without one. */
  yield(): void {
    this.#slot?.release();
    this.#slot = null;
  }

  #goOn(): void {
    if (this.#parts.control.stopping) throw new Stopped("the run is stopping");
  }

  async #until(atMs: number | null, look?: () => Promise<boolean>): Promise<void> {
    const { waker, clock } = this.#parts;
    const got = await waker.until<true>(async () => {
      this.#goOn();
      if (atMs !== null && clock.now() >= atMs) return { got: true };
      if (look !== undefined && (await look())) return { got: true };
      return { again: atMs };
    }, this.signal);
    if (got === null) throw new Stopped("stopped while waiting");
  }
}
