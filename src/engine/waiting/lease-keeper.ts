import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Claimed, Fence, Leases, OwnerIdentity } from "../ports/leases.ts";
import type { SlotWish } from "../ports/slot-table.ts";

/** A lease ends this long after its last renewal; it is renewed three times in that time. */
export const leaseMs = 15_000;
const renewEveryMs = 5_000;
/** A gap in the clock beyond this is a machine that slept, not a busy one. */
const sleptMs = 10_000;

export interface LeaseKeeperParts {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly repository: RepositoryId;
  readonly owner: OwnerIdentity;
  readonly isDead: (owner: OwnerIdentity) => boolean;
  /** A lease is gone: stop what runs under it. */
  readonly onLost: (fence: Fence) => void;
  readonly onSlept: (gapMs: number) => void;
  /** Throws where the place of all the work is gone. */
  readonly present?: () => Promise<void>;
}

/** Claims leases and keeps them alive; says when one is lost and when the machine slept. */
export class LeaseKeeper {
  readonly #parts: LeaseKeeperParts;
  readonly #held = new Set<Fence>();

  constructor(parts: LeaseKeeperParts) {
    this.#parts = parts;
  }

  /** Null while another live engine holds it. The task "" is the engine's own lease of the repository. */
  async claim(task: TaskId, slots: SlotWish | null = null): Promise<Claimed | null> {
    const { leases, clock, repository, owner, isDead } = this.#parts;
    const wish = slots === null ? {} : { slots };
    const fence = await leases.claim({ repository, task, owner, untilMs: clock.now() + leaseMs, isDead, ...wish });
    if (fence !== null) this.#held.add(fence);
    return fence;
  }

  async release(fence: Fence): Promise<void> {
    if (this.#held.delete(fence)) await this.#parts.leases.release(fence);
  }

  /** Renews until the signal aborts. Throws what `renew` does. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    let last = clock.now();
    while (!signal.aborted) {
      await clock.wait(renewEveryMs, signal);
      if (signal.aborted) return;
      const gapMs = clock.now() - last - renewEveryMs;
      last = clock.now();
      if (gapMs > sleptMs) this.#parts.onSlept(gapMs);
      await this.renew();
    }
  }

  /** Renews what is held. Throws where the ledger is not what it was, or where nothing is left to be worked on. */
  async renew(): Promise<void> {
    const { clock, leases, present, onLost } = this.#parts;
    await present?.();
    for (const fence of await leases.renew([...this.#held], clock.now() + leaseMs)) {
      this.#held.delete(fence);
      onLost(fence);
    }
  }
}
