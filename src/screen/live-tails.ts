import type { CallId, ModelName } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Scratch } from "../engine/ports/scratch.ts";
import type { LiveSnapshot, ModelFacts } from "../view/screen/screen-source.ts";
import type { SliceLoader } from "./slice-loader.ts";

const ratedSeconds = 30;
const none: LiveSnapshot = { text: "", tool: null, rates: [] };

/** Bytes in each of the last seconds, from a counter that only says how many there were in all. */
export class RateMeter {
  #rates: readonly number[] = [];
  #second = 0;
  #call: CallId = "";
  #bytes = 0;

  /** The same array as before while nothing is another. */
  sample(nowMs: number, call: CallId, bytes: number): readonly number[] {
    const second = Math.floor(nowMs / 1000);
    const isNew = call !== this.#call || bytes < this.#bytes;
    const came = isNew ? bytes : bytes - this.#bytes;
    const passed = this.#rates.length === 0 ? 1 : Math.min(ratedSeconds, Math.max(0, second - this.#second));
    this.#call = call;
    this.#bytes = bytes;
    if (passed === 0 && came === 0) return this.#rates;
    this.#second = second;
    const rates = [...this.#rates, ...Array.from<number>({ length: passed }).fill(0)];
    rates[rates.length - 1] = (rates.at(-1) ?? 0) + came;
    this.#rates = rates.slice(-ratedSeconds);
    return this.#rates;
  }
}

/** What the running call of a model says now. Read from the scratch at every tick, because no event tells of it. */
export class LiveTails implements SliceLoader<LiveSnapshot> {
  readonly empty = none;
  readonly #scratch: Pick<Scratch, "read">;
  readonly #clock: Pick<Clock, "now">;
  readonly #models: () => readonly ModelFacts[];
  readonly #meters = new Map<ModelName, RateMeter>();
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(scratch: Pick<Scratch, "read">, clock: Pick<Clock, "now">, models: () => readonly ModelFacts[]) {
    this.#scratch = scratch;
    this.#clock = clock;
    this.#models = models;
  }

  /** When a model last said something new. */
  get saidAt(): number {
    return this.#saidAt;
  }

  isRunning(model: ModelName): boolean {
    return this.#callOf(model) !== null;
  }

  load(model: ModelName, before: LiveSnapshot): LiveSnapshot {
    const call = this.#callOf(model);
    if (call === null) {
      this.#meters.delete(model);
      return before.rates.length === 0 && before.text === "" && before.tool === null ? before : none;
    }
    const meter = this.#meters.get(model) ?? new RateMeter();
    this.#meters.set(model, meter);
    const { text, tool, bytes } = this.#scratch.read(call) ?? { text: "", tool: null, bytes: 0 };
    const rates = meter.sample(this.#clock.now(), call, bytes);
    const same = text === before.text && tool === before.tool;
    if (!same) this.#saidAt = this.#clock.now();
    return same && rates === before.rates ? before : { text, tool, rates };
  }

  #callOf(model: ModelName): CallId | null {
    return this.#models().find(({ name }) => name === model)?.running[0]?.call.id ?? null;
  }
}
