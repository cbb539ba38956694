import type { CallId, ModelName } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import { Slots, type Slot } from "./slots.ts";

export interface TakenSlot {
  readonly model: ModelName;
  readonly slot: Slot;
}

type Limited = Pick<Settings, "limits" | "models" | "accounts">;

/**
 * limits.per_model.<name>.parallel and accounts.<name>.parallel, first come first served. A model without a limit has no
 * slots to wait for.
 */
export class ModelSlots {
  readonly #settings: () => Limited;
  readonly #slots = new Map<string, Slots<number>>();
  readonly #expected = new Map<CallId, Slot>();
  #arrival = 0;

  constructor(settings: () => Limited) {
    this.#settings = settings;
  }

  /** A slot at the first of these that has one free now. */
  tryTake(models: readonly ModelName[]): TakenSlot | null {
    for (const model of models) {
      const slots = this.#of(model);
      const taken: Slot[] = [];
      for (const one of slots) {
        const slot = one.takeNow();
        if (slot !== null) taken.push(slot);
      }
      if (taken.length === slots.length) return { model, slot: together(taken) };
      together(taken).release();
    }
    return null;
  }

  /** A place at the first of these that has one. */
  async acquire(models: readonly ModelName[], signal: AbortSignal): Promise<TakenSlot | null> {
    const arrival = (this.#arrival += 1);
    const over = new AbortController();
    let taken: TakenSlot | null = null;
    await Promise.race(
      models.map(async (model) => {
        const slot = await acquireAll(this.#of(model), arrival, AbortSignal.any([signal, over.signal]));
        if (slot === null) return;
        // Two may have come free at once.
        if (taken !== null) return slot.release();
        taken = { model, slot };
        over.abort();
      }),
    );
    return taken;
  }

  /** A call that a dead engine began still runs and has its place, whether or not one is free. */
  expect(call: CallId, model: ModelName): void {
    this.#expected.set(call, this.#occupy(model));
  }

  /** The place of a call that runs already. */
  adopt(call: CallId, model: ModelName): Slot {
    const expected = this.#expected.get(call) ?? this.#occupy(model);
    this.#expected.delete(call);
    return expected;
  }

  /** A call that was expected is over. */
  forget(call: CallId): void {
    this.#expected.get(call)?.release();
    this.#expected.delete(call);
  }

  #occupy(model: ModelName): Slot {
    return together(this.#of(model).map((slots) => slots.occupy()));
  }

  /** Those of the model, then those of its account: who holds a place of the first waits for nobody who waits for it. */
  #of(model: ModelName): readonly Slots<number>[] {
    const { limits, models, accounts } = this.#settings();
    const account = models.find(({ name }) => name === model)?.account ?? "";
    return [
      ...this.#limited(`model ${model}`, limits.perModel[model]?.parallel ?? null),
      ...this.#limited(`account ${account}`, accounts?.[account]?.parallel ?? null),
    ];
  }

  #limited(name: string, parallel: number | null): readonly Slots<number>[] {
    if (parallel === null) return [];
    const known = this.#slots.get(name) ?? new Slots<number>(parallel, (a, b) => a - b);
    this.#slots.set(name, known);
    return [known];
  }
}

/** One after the other; null: the signal aborted first, and nothing is held. */
async function acquireAll(slots: readonly Slots<number>[], rank: number, signal: AbortSignal): Promise<Slot | null> {
  const taken: Slot[] = [];
  for (const one of slots) {
    const slot = await one.acquire(rank, signal);
    if (slot === null) {
      together(taken).release();
      return null;
    }
    taken.push(slot);
  }
  return together(taken);
}

const together = (slots: readonly Slot[]): Slot => ({ release: () => slots.forEach((slot) => slot.release()) });

/** Which setting limits how many calls a model may have at once. */
export const limitName = ({ limits, models, accounts }: Limited, model: ModelName): string => {
  const account = models.find(({ name }) => name === model)?.account ?? "";
  const isByAccount =
    (limits.perModel[model]?.parallel ?? null) === null && accounts?.[account]?.parallel !== undefined;
  return isByAccount ? `accounts.${account}.parallel` : `limits.per_model.${model}.parallel`;
};

/** A call's place at its model, given up while its agent waits for a person. */
export class ModelPlace {
  readonly #takeAgain: () => Promise<Slot>;
  #slot: Slot | null;
  #coming: Promise<void> | null = null;
  #isOver = false;

  constructor(slot: Slot, takeAgain: () => Promise<Slot>) {
    this.#slot = slot;
    this.#takeAgain = takeAgain;
  }

  leave(): void {
    this.#slot?.release();
    this.#slot = null;
  }

  /** One place, however many of its agent's questions are answered at once. */
  async comeBack(): Promise<void> {
    if (this.#slot === null && !this.#isOver) await (this.#coming ??= this.#come());
  }

  /** The call is over. */
  release(): void {
    this.#isOver = true;
    this.leave();
  }

  async #come(): Promise<void> {
    try {
      this.#slot = await this.#takeAgain();
    } finally {
      this.#coming = null;
    }
    if (this.#isOver) this.leave();
  }
}
