import type { ModelName } from "../domain/ids.ts";
import type { Settings } from "../domain/settings.ts";
import { Slots, type Slot } from "./slots.ts";

const unlimited: Slot = { release: () => undefined };

/** limits.per_model.<name>.parallel, first come first served. A model without a limit has no slots to wait for. */
export class ModelSlots {
  readonly #limits: () => Settings["limits"];
  readonly #slots = new Map<ModelName, Slots<number>>();
  #arrival = 0;

  constructor(limits: () => Settings["limits"]) {
    this.#limits = limits;
  }

  /** A slot if one is free now. */
  tryTake(model: ModelName): Slot | null {
    const slots = this.#of(model);
    if (slots === null) return unlimited;
    return slots.takeNow();
  }

  async acquire(model: ModelName, signal: AbortSignal): Promise<Slot | null> {
    const slots = this.#of(model);
    return slots === null ? unlimited : await slots.acquire((this.#arrival += 1), signal);
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
