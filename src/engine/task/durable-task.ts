import { assert } from "../../domain/assert.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { ModelName, TaskId } from "../../domain/ids.ts";
import { type Json, toJson } from "../../domain/json.ts";
import type { Reopening } from "../../domain/outcome.ts";
import { type Action, actions, type Hold } from "../../domain/question.ts";
import type { Settings } from "../../domain/settings.ts";
import { mayMove, type Risk, type TaskSpec, type TaskState } from "../../domain/task.ts";
import { HistoryMismatch } from "../waiting/interrupts.ts";
import type { Turn, Waiting } from "../waiting/turn.ts";
import { digestOf } from "../writing/digest.ts";
import type { Asked, Given } from "../writing/questions.ts";
import type { StepMove, TaskWriter } from "../writing/task-writer.ts";

/** Checks a committed result when it is read again; zod schemas fit. Throws when it does not fit. */
export interface Decoder<T> {
  parse(value: unknown): T;
}

export interface OnceOptions<T> {
  /** Everything the effect depends on that is not a result of another key. Its digest is committed. */
  readonly inputs: Json;
  readonly result: Decoder<T>;
  /** The state the task enters with this commit. */
  readonly enters?: TaskState | ((result: T) => TaskState | null);
  readonly reason?: string | ((result: T) => string);
  readonly steps?: (result: T) => readonly StepMove[];
  /**
   * It is done again without harm, and costs nothing: it is written with the next that is not so, or before anything is started or
   * waited for.
   */
  readonly withNext?: boolean;
}

/** What an effect may do beside its own work: facts recorded here become true together with its result. */
export interface EffectContext {
  /** The durable key with its generation: g1/main/S1/implement/1. */
  readonly key: string;
  record(event: NewEvent): void;
  readonly signal: AbortSignal;
}

/** Why a later generation began: a chosen model, words for the next prompt, a commit to start from. */
export interface RestartReason {
  readonly model: ModelName | null;
  readonly text: string | null;
  readonly commit: string | null;
  /** Keys, without their generation, that were taken over. */
  readonly keep: readonly string[];
  /** For what it was last begun anew after it had been merged, and in which generation; null: never. */
  readonly reopened: (Reopening & { readonly generation: number }) | null;
}

/**
 * One pass of a pipeline over one generation of a task. Ordinary async code on top of it can be killed between any two lines:
 * a key that was committed gives its result and writes nothing; the first that was not goes on from there.
 * There is no other way to move a task. Every write is fenced; a lost lease throws out of any method.
 */
export class DurableTask {
  readonly id: TaskId;
  readonly generation: number;
  readonly spec: TaskSpec;
  /** As they were when this generation began. */
  readonly settings: Settings;
  /** What a person said when this generation was started over; null for the first. */
  readonly restartReason: RestartReason | null;
  readonly #writer: TaskWriter;
  readonly #turn: Turn;
  readonly #beforeEffect: () => void;
  readonly #seen = new Set<string>();

  constructor(start: {
    readonly generation: number;
    readonly spec: TaskSpec;
    readonly settings: Settings;
    readonly restartReason: RestartReason | null;
    readonly writer: TaskWriter;
    readonly turn: Turn;
    /** Throws where a person is to be asked before anything more is done. */
    readonly beforeEffect: () => void;
  }) {
    this.id = start.spec.id;
    this.generation = start.generation;
    this.spec = start.spec;
    this.settings = start.settings;
    this.restartReason = start.restartReason;
    this.#writer = start.writer;
    this.#turn = start.turn;
    this.#beforeEffect = start.beforeEffect;
  }

  /** Risk given or raised so far by committed effects. */
  get risk(): Risk {
    return this.#writer.risk;
  }

  /** Commits the effect's result and the move in one transaction; replayed, it gives what was committed. */
  async once<T>(key: string, options: OnceOptions<T>, effect: (context: EffectContext) => Promise<T>): Promise<T> {
    const full = this.#claimKey(key);
    const inputs = digestOf(options.inputs);
    const committed = this.#writer.result(full);
    if (committed !== undefined) return this.#replay(full, committed, inputs, options.result);
    await this.#turn.ready();
    this.#beforeEffect();
    const events: NewEvent[] = [];
    const raw = await effect({ key: full, record: (event) => void events.push(event), signal: this.#turn.signal });
    const json = toJson(raw);
    const result = options.result.parse(json);
    const enters = typeof options.enters === "function" ? options.enters(result) : options.enters;
    const reason = typeof options.reason === "function" ? options.reason(result) : (options.reason ?? key);
    await this.#writer.commit(full, inputs, json, {
      events,
      enters: enters ?? null,
      reason,
      steps: options.steps?.(result) ?? [],
      withNext: options.withNext ?? false,
    });
    return result;
  }

  /** Asks a person and waits without a slot. Asked once, whatever happens in between. */
  async ask(key: string, asked: Asked): Promise<Given> {
    const full = this.#claimKey(key);
    const digest = (actions: readonly Action[]): string =>
      digestOf({ kind: asked.kind, reason: asked.reason, actions: [...actions] });
    const inputs = digest(asked.actions);
    const committed = this.#writer.result(full);
    if (committed !== undefined) {
      const formerly = asked.formerly === undefined ? inputs : digest(asked.formerly);
      return this.#replay(full, committed, committed.inputs === formerly ? formerly : inputs, givenDecoder);
    }
    const question = await this.#writer.question(full, asked);
    const answer = await this.#turn.answer(question);
    const { action: said, text, model, actor } = answer;
    const given: Given = { action: said, text, model, by: actor.name, byPerson: actor.kind === "person" };
    const to = asked.to(given);
    await this.#writer.commit(full, inputs, toJson(given), {
      events: asked.records?.(given) ?? [],
      enters: to,
      reason: `${answer.action} by ${answer.actor.name}`,
      steps: [],
    });
    return given;
  }

  /**
   * Waits without a slot until `look` finds what it waits for, and commits that. What was committed stays so, whatever became of it
   * since.
   */
  async awaitOutcome<T>(
    key: string,
    options: Pick<OnceOptions<T>, "inputs" | "result"> & { readonly reason: (result: T) => string },
    waiting: Waiting,
    look: () => Promise<T | null>,
  ): Promise<T> {
    const full = this.#claimKey(key);
    const inputs = digestOf(options.inputs);
    const committed = this.#writer.result(full);
    if (committed !== undefined) return this.#replay(full, committed, inputs, options.result);
    let found: T | null = null;
    await this.#turn.idle(waiting, (idle) => idle.until(waiting.untilMs, async () => (found = await look()) !== null));
    const json = toJson(found);
    const result = options.result.parse(json);
    const reason = options.reason(result);
    await this.#writer.commit(full, inputs, json, { events: [], enters: null, reason, steps: [] });
    return result;
  }

  /** Waits until `ms` after the first time this line was reached, also over restarts. */
  async sleep(key: string, ms: number, reason: string): Promise<void> {
    const until = await this.once(`${key}/until`, { inputs: { ms }, result: numberDecoder, reason }, () =>
      Promise.resolve(this.#turn.now() + ms),
    );
    await this.#turn.idle({ kind: "retry", untilMs: until, reason }, (idle) => idle.until(until));
  }

  /** Holds this task, or with others what several need, for `ms` from the first time this line was reached, also over restarts, or until a person releases it. */
  async hold(
    key: string,
    ms: number,
    reason: string,
    on: Pick<Hold, "scope" | "target"> = { scope: "task", target: this.id },
  ): Promise<void> {
    const held = await this.once(key, { inputs: { ms }, result: heldDecoder, reason }, async (effect) => {
      const standing = on.scope === "task" ? null : await this.#turn.standingHold(on);
      if (standing !== null) return standing;
      const setAt = this.#turn.now();
      const hold = { id: this.#writer.newId(), ...on, reason };
      const untilMs = setAt + ms;
      effect.record({ type: "hold.set", data: { hold: { ...hold, untilMs, by: "environment", setAt, resumes: 0 } } });
      return { id: hold.id, untilMs };
    });
    await this.#turn.held(held.id, held.untilMs, reason);
  }

  #claimKey(key: string): string {
    const full = `g${this.generation}/${key}`;
    assert(!this.#seen.has(full), `the key ${full} was used twice in one pass of ${this.id}`);
    this.#seen.add(full);
    return full;
  }

  #replay<T>(
    key: string,
    committed: { readonly inputs: string; readonly result: Json },
    inputs: string,
    decoder: Decoder<T>,
  ): T {
    if (committed.inputs !== inputs) throw new HistoryMismatch(key, "its inputs are not those it was committed with");
    try {
      return decoder.parse(committed.result);
    } catch {
      throw new HistoryMismatch(key, "its committed result can no longer be read");
    }
  }
}

const givenDecoder: Decoder<Given> = {
  parse(value) {
    const text = field(value, "text");
    const model = field(value, "model");
    const by = field(value, "by");
    const action = actions.find((name) => name === field(value, "action"));
    if (action === undefined || typeof by !== "string") throw new TypeError("not an answer");
    return {
      action,
      text: typeof text === "string" ? text : null,
      model: typeof model === "string" ? model : null,
      by,
      byPerson: field(value, "byPerson") === true,
    };
  },
};

const heldDecoder: Decoder<{ readonly id: string; readonly untilMs: number }> = {
  parse(value) {
    const id = field(value, "id");
    const untilMs = field(value, "untilMs");
    if (typeof id !== "string" || typeof untilMs !== "number") throw new TypeError("not a hold");
    return { id, untilMs };
  },
};

const numberDecoder: Decoder<number> = {
  parse(value) {
    if (typeof value !== "number") throw new TypeError("not a number");
    return value;
  },
};

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** Shortest chain of legal moves, both ends included; used where a person sets a task to another place. */
export function legalPath(from: TaskState, to: TaskState): readonly TaskState[] {
  if (from === to) return [from];
  if (mayMove(from, to)) return [from, to];
  if (from === "FAILED") return [from, ...legalPath("NEW", to)];
  if (from === "DONE") return [from, ...legalPath("IMPLEMENTING", to)];
  return [from, "AWAITING_HUMAN", to];
}
