import type { Clock } from "../engine/ports/clock.ts";

const minuteMs = 60_000;

/** What was worked out, and when. */
export interface Dated<T> {
  readonly at: number;
  readonly value: T;
}

/** What costs too much to be worked out at each look: at most once a minute, and anew for another subject. */
export function minutely<T>(clock: Pick<Clock, "now">, read: () => Promise<T>): (of: string) => Promise<Dated<T>> {
  let last: (Dated<T> & { readonly of: string }) | null = null;
  return async (of) => {
    const at = clock.now();
    if (last === null || last.of !== of || Math.abs(at - last.at) >= minuteMs) last = { of, at, value: await read() };
    return last;
  };
}
