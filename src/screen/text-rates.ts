import type { CallId, ModelName } from "../domain/ids.ts";

interface Flow {
  readonly call: CallId;
  readonly second: number;
  /** Bytes of the call when the second began. */
  readonly bytes: number;
  readonly rates: readonly number[];
}

const seconds = 12;

/** How fast each model wrote in the last seconds; the last one is still under way. */
export class TextRates {
  readonly #flows = new Map<ModelName, Flow>();

  of(model: ModelName): readonly number[] {
    return this.#flows.get(model)?.rates ?? [];
  }

  add(model: ModelName, call: CallId, bytes: number, nowMs: number): readonly number[] {
    const second = Math.floor(nowMs / 1_000);
    const before = this.#flows.get(model);
    if (before === undefined || before.call !== call) {
      return this.#keep(model, { call, second, bytes: 0, rates: [...(before?.rates ?? []), bytes].slice(-seconds) });
    }
    const past = before.rates.slice(0, -1);
    if (second === before.second) return this.#keep(model, { ...before, rates: [...past, bytes - before.bytes] });
    const quiet = Array.from({ length: Math.min(seconds, second - before.second - 1) }, () => 0);
    const rates = [...before.rates, ...quiet, 0].slice(-seconds);
    return this.#keep(model, { call, second, bytes, rates });
  }

  #keep(model: ModelName, flow: Flow): readonly number[] {
    this.#flows.set(model, flow);
    return flow.rates;
  }
}
