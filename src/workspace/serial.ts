/** Runs one piece of work at a time, in the order in which they came. A failed one does not stop those behind it. */
export type Serial = <T>(work: () => Promise<T>) => Promise<T>;

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Whoever is aborted waits for its turn no longer; what has begun is waited for. */
export async function inTurn<T>(serial: Serial, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const begun = Promise.withResolvers<void>();
  const mine = serial(() => {
    signal.throwIfAborted();
    begun.resolve();
    return work();
  });
  mine.then(() => undefined, begun.reject);
  const leave = (): void => begun.reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    await begun.promise;
  } finally {
    signal.removeEventListener("abort", leave);
  }
  return await mine;
}

/** A serial of its own for every name. */
export function createSerialByName(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const serials = new Map<string, Serial>();
  return (name, work) => {
    const serial = serials.get(name) ?? createSerial();
    serials.set(name, serial);
    return serial(work);
  };
}
