/** Runs the work while nobody else on this machine runs work given to the same lock. */
export type ExclusiveLock = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Checks that may run side by side, and measurements that must be alone. */
export interface CheckTurns {
  /** Runs a check beside others. `overlapped`: another ran at some time while it did. */
  shared<T>(work: () => Promise<T>, signal: AbortSignal): Promise<{ readonly value: T; readonly overlapped: boolean }>;
  /** Waits until no check runs, holds back those that come, and runs the work. */
  alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Waiter {
  readonly kind: "shared" | "alone";
  readonly start: () => void;
}

interface Running {
  overlapped: boolean;
}

/**
 * First come, first served, so that neither kind waits for ever: one that wants to be alone holds back whoever comes after it.
 * A turn is taken for one command at a time and nothing is waited for with it but the lock of exclusive checks, whose holders
 * have their turn already; so nobody waits in a circle.
 */
export function createCheckTurns(): CheckTurns {
  const running = new Set<Running>();
  const waiting: Waiter[] = [];
  let isAlone = false;

  const next = (): void => {
    for (;;) {
      const [first] = waiting;
      if (first === undefined || isAlone || (first.kind === "alone" && running.size > 0)) return;
      waiting.shift();
      first.start();
    }
  };

  /** Resolves when the turn has come, which `begin` has then taken. Rejects when the signal aborts first. */
  const turn = <T>(kind: Waiter["kind"], begin: () => T, signal: AbortSignal): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      signal.throwIfAborted();
      const leave = (): void => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(reasonOf(signal));
        next();
      };
      const waiter: Waiter = {
        kind,
        start: () => {
          signal.removeEventListener("abort", leave);
          resolve(begin());
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.push(waiter);
      next();
    });

  return {
    async shared(work, signal) {
      const own = await turn("shared", () => enter(running), signal);
      try {
        return { value: await work(), overlapped: own.overlapped };
      } finally {
        running.delete(own);
        next();
      }
    },
    async alone(work, signal) {
      await turn("alone", () => void (isAlone = true), signal);
      try {
        return await work();
      } finally {
        isAlone = false;
        next();
      }
    },
  };
}

/** A check that a call runs stands in one queue with those of the gate. Rejects when the signal aborts. */
export function besideOthers(turns: CheckTurns, alone: ExclusiveLock) {
  return async <T>(check: { readonly exclusive: boolean }, work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const { value } = await turns.shared(() => (check.exclusive ? alone(work, signal) : work()), signal);
    return value;
  };
}

function enter(running: Set<Running>): Running {
  const own: Running = { overlapped: running.size > 0 };
  for (const other of running) other.overlapped = true;
  running.add(own);
  return own;
}

const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new DOMException("the work was stopped", "AbortError");
