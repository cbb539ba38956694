import type { CallId, ModelName } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import { Slots, type Slot } from "./slots.ts";

const unlimited: Slot = { release: () => undefined };

export interface TakenSlot {
  readonly model: ModelName;
  readonly slot: Slot;
}

/** limits.per_model.<name>.parallel, first come first served. A model without a limit has no slots to wait for. */
export class ModelSlots {
  readonly #limits: () => Settings["limits"];
  readonly #slots = new Map<ModelName, Slots<number>>();
  readonly #expected = new Map<CallId, Slot>();
  #arrival = 0;

  constructor(limits: () => Settings["limits"]) {
    this.#limits = limits;
  }

  /** A slot at the first of these that has one free now. */
  tryTake(models: readonly ModelName[]): TakenSlot | null {
    for (const model of models) {
      const slots = this.#of(model);
      const slot = slots === null ? unlimited : slots.takeNow();
      if (slot !== null) return { model, slot };
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
        const slot = await (this.#of(model)?.acquire(arrival, AbortSignal.any([signal, over.signal])) ?? unlimited);
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
    this.#expected.set(call, this.#of(model)?.occupy() ?? unlimited);
  }

  /** The place of a call that runs already. */
  adopt(call: CallId, model: ModelName): Slot {
    const expected = this.#expected.get(call) ?? this.#of(model)?.occupy() ?? unlimited;
    this.#expected.delete(call);
    return expected;
  }

  /** A call that was expected is over. */
  forget(call: CallId): void {
    this.#expected.get(call)?.release();
    this.#expected.delete(call);
  }

  #of(model: ModelName): Slots<number> | null {
    const parallel = this.#limits().perModel[model]?.parallel ?? null;
    if (parallel === null) return null;
    const known = this.#slots.get(model);
    if (known !== undefined) return known;
    const made = new Slots<number>(parallel, (a, b) => a - b);
    this.#slots.set(model, made);
    return made;
  }
}

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
