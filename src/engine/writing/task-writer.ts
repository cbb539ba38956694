import { assert } from "../../domain/assert.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { ModelName, RunId, StepId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Question } from "../../domain/question.ts";
import type { ResultRow, StepRow, TaskRow } from "../../domain/rows.ts";
import { mayMove, mayStepMove, type Risk, type StepState, type TaskState } from "../../domain/task.ts";
import { withoutGeneration } from "../../domain/unit-key.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import { FencedWriter } from "./fenced-writer.ts";
import { type Asked, questionOf } from "./questions.ts";

export interface Commit {
  readonly events: readonly NewEvent[];
  readonly enters: TaskState | null;
  readonly reason: string;
  readonly steps: readonly StepMove[];
  /** It waits for what is written next. */
  readonly withNext?: boolean;
}

/**
 * Writes one running task's facts under its fence and knows where the task stands, so that every move is legal and says where
 * it came from. One writer per generation and owner: what it remembers is what it committed.
 */
export class TaskWriter extends FencedWriter {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #results: Map<string, ResultRow>;
  readonly #steps: Map<StepId, StepState>;
  #state: TaskState;
  #before: TaskState;
  #risk: Risk;
  #inTurn: Promise<unknown> = Promise.resolve();

  constructor(
    ports: { readonly ledger: Ledger; readonly clock: Clock; readonly newId: () => string },
    at: {
      readonly fence: Fence;
      readonly run: RunId;
      readonly row: TaskRow;
      readonly steps: readonly StepRow[];
      readonly results: readonly ResultRow[];
      /** The state it was in before it began to wait for a person; else its state. */
      readonly before: TaskState;
    },
  ) {
    super(ports.ledger, at.fence, at.run);
    this.#ledger = ports.ledger;
    this.#clock = ports.clock;
    this.#newId = ports.newId;
    this.#results = new Map(at.results.map((row) => [row.key, row]));
    this.#steps = new Map(at.steps.map((row) => [row.id, row.state]));
    this.#state = at.row.state;
    this.#before = at.before;
    this.#risk = at.row.risk;
  }

  get state(): TaskState {
    return this.#state;
  }

  /** Where it was before it began to wait for a person; its state when it does not wait. */
  get stateBeforeQuestion(): TaskState {
    return this.#state === "AWAITING_HUMAN" ? this.#before : this.#state;
  }

  /** Committed keys without their generation, oldest first. */
  keys(): readonly string[] {
    return [...this.#results.keys()].map(withoutGeneration);
  }

  /** How many keys of this generation begin with a word. */
  countOf(prefix: string): number {
    return this.keys().filter((key) => key.startsWith(prefix)).length;
  }

  newId(): string {
    return this.#newId();
  }

  get risk(): Risk {
    return this.#risk;
  }

  result(key: string): ResultRow | undefined {
    return this.#results.get(key);
  }

  async commit(key: string, inputs: string, result: Json, commit: Commit): Promise<void> {
    const steps = new Map(this.#steps);
    const events: NewEvent[] = [...commit.events];
    for (const event of commit.events) {
      if (event.type === "steps.set") for (const step of event.data.steps) steps.set(step.id, "PENDING");
      if (event.type === "steps.changed")
        for (const { id } of event.data.steps) steps.set(id, steps.get(id) ?? "PENDING");
    }
    for (const move of commit.steps) events.push(...stepEvents(steps, move));
    const moved = commit.enters !== null && commit.enters !== this.#state;
    if (moved && commit.enters !== null) events.push(this.#moveEvent(commit.enters, commit.reason));
    events.push({ type: "key.committed", data: { key, inputs, result } });
    if (commit.withNext === true) await this.appendWithNext(events);
    else await this.append(events);
    this.#results.set(key, { key, inputs, result });
    for (const [id, state] of steps) this.#steps.set(id, state);
    if (moved && commit.enters !== null) this.#state = commit.enters;
    for (const event of commit.events) if (event.type === "risk.raised") this.#risk = event.data.to;
  }

  /** One after the other: for who reads where the task stands and then writes, while others do the same. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#inTurn.then(work);
    this.#inTurn = done.catch(() => undefined);
    return await done;
  }

  /** Moves without a key: the end of a task, or a question that no pipeline asked. */
  async move(
    to: TaskState,
    reason: string,
    more: {
      readonly failure?: { type: string; reason: string | null; message: string };
      readonly events?: readonly NewEvent[];
    } = {},
  ): Promise<void> {
    if (to === this.#state) return;
    const event = this.#moveEvent(to, reason);
    const withFailure: NewEvent =
      event.type === "task.moved" && more.failure !== undefined
        ? { ...event, data: { ...event.data, failure: more.failure } }
        : event;
    await this.append([...(more.events ?? []), withFailure]);
    if (to === "AWAITING_HUMAN") this.#before = this.#state;
    this.#state = to;
  }

  /** The question of this key: the open one if it was asked before a crash, else asked now. */
  async question(key: string, asked: Asked): Promise<Question> {
    const known = (await this.#ledger.account.questions(this.fence.repository)).find(
      ({ question }) => question.task === this.fence.task && question.key === key,
    );
    if (known !== undefined) {
      await this.move("AWAITING_HUMAN", `${asked.kind}: ${asked.reason}`);
      return known.question;
    }
    const now = this.#clock.now();
    const question = questionOf(asked, { id: this.#newId(), run: this.run, task: this.fence.task, key, askedAt: now });
    const events: NewEvent[] = [{ type: "question.asked", data: { question } }];
    if (this.#state !== "AWAITING_HUMAN")
      events.push(this.#moveEvent("AWAITING_HUMAN", `${asked.kind}: ${asked.reason}`));
    await this.append(events);
    if (this.#state !== "AWAITING_HUMAN") this.#before = this.#state;
    this.#state = "AWAITING_HUMAN";
    return question;
  }

  #moveEvent(to: TaskState, reason: string): NewEvent {
    assert(mayMove(this.#state, to), `${this.fence.task} may not move from ${this.#state} to ${to} (${reason})`);
    return { type: "task.moved", data: { from: this.#state, to, reason } };
  }
}

function stepEvents(steps: Map<StepId, StepState>, move: StepMove): readonly NewEvent[] {
  const from = steps.get(move.step);
  assert(from !== undefined, `the step ${move.step} is not in the plan`);
  if (from === move.to) return [];
  assert(mayStepMove(from, move.to), `the step ${move.step} may not move from ${from} to ${move.to} (${move.reason})`);
  steps.set(move.step, move.to);
  const { step, ...data } = move;
  return [{ type: "step.moved", step, data: { from, ...data } }];
}

export interface StepMove {
  readonly step: StepId;
  readonly to: StepState;
  readonly reason: string;
  readonly round: number;
  readonly model?: ModelName;
  readonly commit?: string;
}
