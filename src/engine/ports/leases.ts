import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { GivenSlot, SlotWish } from "./slot-table.ts";

/** Who runs a task now. "Dead by pid" may be said only where machine, boot and pidNamespace are equal. */
export interface OwnerIdentity {
  readonly machine: string;
  readonly boot: string;
  readonly pidNamespace: string;
  readonly pid: number;
  readonly startTime: string;
}

/** The right to write for a running task. No row matched means the lease is lost. */
export interface Fence {
  readonly repository: RepositoryId;
  readonly task: TaskId;
  readonly owner: string;
  readonly epoch: number;
}

/** A lease that was just claimed, with the slots that were wished for. */
export interface Claimed extends Fence {
  readonly slots?: readonly GivenSlot[];
}

export interface LeaseHolder {
  readonly owner: OwnerIdentity;
  readonly untilMs: number;
  /** Under which it may write; null: it has given the lease back. */
  readonly fence: Fence | null;
}

/** Leases of tasks, and of a whole repository for its one engine (task ""). */
export interface Leases {
  /** Null while another live owner holds it. `isDead` is asked inside the transaction about the present owner. */
  claim(request: {
    readonly repository: RepositoryId;
    readonly task: TaskId;
    readonly owner: OwnerIdentity;
    readonly untilMs: number;
    readonly isDead: (owner: OwnerIdentity) => boolean;
    /** Slots to be given with it; absent: none. */
    readonly slots?: SlotWish;
  }): Promise<Claimed | null>;
  /** Returns the fences that were lost. */
  renew(fences: readonly Fence[], untilMs: number): Promise<readonly Fence[]>;
  release(fence: Fence): Promise<void>;
  /** The live or last owner of a lease, with its end. */
  holder(repository: RepositoryId, task: TaskId): Promise<LeaseHolder | null>;
}
