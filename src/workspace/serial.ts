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

/** A serial of its own for every name. */
export function createSerialByName(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const serials = new Map<string, Serial>();
  return (name, work) => {
    const serial = serials.get(name) ?? createSerial();
    serials.set(name, serial);
    return serial(work);
  };
}
