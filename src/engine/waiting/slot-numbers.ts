import { assert } from "../../domain/assert.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { SlotUse } from "../../domain/slot.ts";
import type { Claimed } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { GivenSlot, SlotTable, SlotWish } from "../ports/slot-table.ts";

/** Which slot whoever works in a repository has now. Given with the lease where that is claimed; the table keeps it over restarts. */
export class SlotNumbers {
  readonly #table: SlotTable;
  readonly #repository: RepositoryId;
  readonly #parallel: number;
  readonly #held = new Map<string, SlotUse>();
  /** Nobody goes on with a slot that is being given to another. */
  #giving: Promise<unknown> = Promise.resolve();

  constructor(table: SlotTable, repository: RepositoryId, parallel: number) {
    this.#table = table;
    this.#repository = repository;
    this.#parallel = parallel;
  }

  static of(
    { slots }: Ledger,
    { repository, settings }: { repository: RepositoryId; settings: Settings },
  ): SlotNumbers {
    return new SlotNumbers(slots, repository, settings.limits.parallel);
  }

  of(name: string): SlotUse | null {
    return this.#held.get(name) ?? null;
  }

  /** Claims the engine's lease, with slots for the trees in which checks run beside those of tasks. */
  claimTrees(claim: (wish: SlotWish) => Promise<Claimed | null>): Promise<Claimed | null> {
    return this.claim([".base", ".merge"], () => [], claim);
  }

  /** Claims a lease with slots for these. */
  async claim(
    names: readonly string[],
    spare: () => readonly TaskId[],
    claim: (wish: SlotWish) => Promise<Claimed | null>,
  ): Promise<Claimed | null> {
    return await this.#inTurn(async () => {
      const claimed = await claim({ names, parallel: this.#parallel, spare: spare() });
      this.#keep(claimed?.slots ?? []);
      return claimed;
    });
  }

  /** The slot of a task that goes on, or of a tree of ours. */
  async take(name: string, spare: () => readonly TaskId[] = () => []): Promise<SlotUse> {
    return await this.#inTurn(async () => {
      const held = this.#held.get(name);
      if (held !== undefined) return held;
      const wish = { names: [name], parallel: this.#parallel, spare: spare() };
      this.#keep(await this.#table.take(this.#repository, wish));
      const slot = this.#held.get(name);
      assert(slot !== undefined, `${name} was given no slot`);
      return slot;
    });
  }

  /** It runs no more: whoever comes may have its slot. */
  drop(name: string): void {
    this.#held.delete(name);
  }

  #keep(given: readonly GivenSlot[]): void {
    for (const { name, n, portBase } of given) {
      for (const [other, slot] of this.#held) if (slot.n === n) this.#held.delete(other);
      this.#held.set(name, { n, portBase });
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#giving.then(work);
    this.#giving = mine.catch(() => undefined);
    return await mine;
  }
}
