import type { Clock } from "../../engine/ports/clock.ts";
import type { Fence, Leases, OwnerIdentity } from "../../engine/ports/leases.ts";
import type { ExclusiveLock } from "../../workspace/check-turns.ts";

const leaseMs = 15_000;
const renewMs = 5_000;
const lookMs = 500;
/** Not a repository's id: the lock is one for the machine. */
const place = { repository: "machine", task: "exclusive checks" } as const;

/**
 * One exclusive check at a time on this machine: within this engine by a queue, among engines by a lease in the ledger they
 * share. Whoever dies with it loses it at once where its pid can be seen, else after 15 s.
 */
export function createCheckLock(parts: {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly owner: OwnerIdentity;
  readonly isDead: (owner: OwnerIdentity) => boolean;
}): ExclusiveLock {
  let last: Promise<unknown> = Promise.resolve();
  return async (work, signal) => {
    const before = last;
    const done = Promise.withResolvers<void>();
    last = done.promise;
    try {
      await before;
      const fence = await claim(parts, signal);
      return await whileHeld(parts, fence, work);
    } finally {
      done.resolve();
    }
  };
}

type LockParts = Parameters<typeof createCheckLock>[0];

async function claim({ leases, clock, owner, isDead }: LockParts, signal: AbortSignal): Promise<Fence> {
  for (;;) {
    signal.throwIfAborted();
    const fence = await leases.claim({ ...place, owner, untilMs: clock.now() + leaseMs, isDead });
    if (fence !== null) return fence;
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
