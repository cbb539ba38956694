import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { SlotUse } from "../../domain/slot.ts";

/** Who is to have a slot, and what of those that are taken may go to it. */
export interface SlotWish {
  /** Tasks, or trees of ours, whose names begin with a dot. */
  readonly names: readonly string[];
  /** How many tasks work at once. */
  readonly parallel: number;
  /** Tasks that hold a slot and wait, with nothing of theirs running. */
  readonly spare: readonly TaskId[];
}

export interface GivenSlot extends SlotUse {
  readonly name: string;
}

/** The slots of all repositories. Whoever comes back gets its own again, where nobody needed it meanwhile. */
export interface SlotTable {
  take(repository: RepositoryId, wish: SlotWish): Promise<readonly GivenSlot[]>;
}
