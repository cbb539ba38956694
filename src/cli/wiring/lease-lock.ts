import type { Clock } from "../../engine/ports/clock.ts";
import type { Fence, Leases, OwnerIdentity } from "../../engine/ports/leases.ts";
import type { ExclusiveLock } from "../../workspace/check-turns.ts";

const leaseMs = 15_000;
const renewMs = 5_000;
const lookMs = 500;

export interface LockParts {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly owner: OwnerIdentity;
  readonly isDead: (owner: OwnerIdentity) => boolean;
}

/** One exclusive check at a time on this machine. The repository is none: the lock is one for all. */
export const createCheckLock = (parts: LockParts): ExclusiveLock =>
  createLock(parts, { repository: "machine", task: "exclusive checks" });

/**
 * One at a time: within this process by a queue, among processes by a lease in the ledger they share. Whoever dies with it loses
 * it at once where its pid can be seen, else after 15 s. `onWait`: another process has it.
 */
export function createLock(
  parts: LockParts,
  place: Pick<Fence, "repository" | "task">,
  onWait: () => void = () => undefined,
): ExclusiveLock {
  let last: Promise<unknown> = Promise.resolve();
  return async (work, signal) => {
    const before = last;
    const done = Promise.withResolvers<void>();
    last = done.promise;
    try {
      await before;
      const fence = await claim(parts, place, onWait, signal);
      return await whileHeld(parts, fence, work);
    } finally {
      done.resolve();
    }
  };
}

async function claim(
  { leases, clock, owner, isDead }: LockParts,
  place: Pick<Fence, "repository" | "task">,
  onWait: () => void,
  signal: AbortSignal,
): Promise<Fence> {
  for (let looks = 0; ; looks += 1) {
    signal.throwIfAborted();
    const fence = await leases.claim({ ...place, owner, untilMs: clock.now() + leaseMs, isDead });
    if (fence !== null) return fence;
    if (looks === 0) onWait();
    await clock.wait(lookMs, signal);
  }
}

async function whileHeld<T>({ leases, clock }: LockParts, fence: Fence, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const keeping = (async (): Promise<void> => {
    for (;;) {
      await clock.wait(renewMs, over.signal);
      if (over.signal.aborted) return;
      await leases.renew([fence], clock.now() + leaseMs);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await keeping;
    await leases.release(fence);
  }
}
