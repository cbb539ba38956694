import type { TokenRates } from "../domain/price.ts";

/** For how long a provider is asked to keep what it has read. */
export type CacheTime = "5m" | "1h";

/** The beginning of a prompt as it is about to be sent. */
export interface Beginning {
  readonly tokens: number;
  /** Fewer are not kept. */
  readonly minimum: number;
  /** What the model's tokens cost; null: nobody knows, the usual shares are taken. */
  readonly rates: TokenRates | null;
  /** When the very same was sent before, oldest first. */
  readonly sentMs: readonly number[];
  readonly nowMs: number;
  /** It is sent again in this call, or in the next of the same task. */
  readonly again: boolean;
  /** An hour may be asked for. */
  readonly mayBeLong: boolean;
}

const shortMs = 5 * 60_000;
const longMs = 60 * 60_000;
/** So many calls have to come between five minutes and an hour after the one before. */
const leastLate = 2;

/** Shares of the input's price: writing for five minutes, for an hour, reading. Source: platform.claude.com, "Prompt caching". */
const usual = { write: 1.25, writeLong: 2, read: 0.1 };

/**
 * Whether to have a beginning kept, and for how long. To write costs w times the input's price where sending costs 1, each later read c times:
 * with r reads marked is cheaper once w + r c <= 1 + r, that is r >= (w - 1) / (1 - c). For five minutes that is the first reuse, for an hour the second.
 * What is expected is what the last hour was like; of a beginning that was never sent before, one reuse.
 */
export function cacheMark(beginning: Beginning): CacheTime | null {
  const { tokens, minimum, rates, mayBeLong } = beginning;
  if (tokens < minimum) return null;
  const { write, writeLong, read } = sharesOf(rates);
  const late = lateReads(beginning);
  if (mayBeLong && late >= leastLate && late >= readsWorth(writeLong, read)) return "1h";
  return soonReads(beginning) >= readsWorth(write, read) ? "5m" : null;
}

/** How often what is written has to be read again so that it costs no more than it saves. */
export const readsWorth = (write: number, read: number): number =>
  read >= 1 ? (write <= 1 ? 0 : Infinity) : (write - 1) / (1 - read);

function sharesOf(rates: TokenRates | null): typeof usual {
  if (rates === null || rates.input === 0) return usual;
  const share = (rate: number | null, otherwise: number): number => (rate === null ? otherwise : rate / rates.input);
  return {
    write: share(rates.cacheWrite, usual.write),
    writeLong: share(rates.cacheWriteLong, usual.writeLong),
    read: share(rates.cacheRead, usual.read),
  };
}

function soonReads({ sentMs, nowMs, again }: Beginning): number {
  const soon = sentMs.filter((atMs) => nowMs - atMs <= shortMs).length;
  return again || sentMs.length === 0 ? Math.max(1, soon) : soon;
}

/** Of the calls of the last hour, this one among them, those that an hour would have served and five minutes not. */
function lateReads({ sentMs, nowMs }: Beginning): number {
  const all = [...sentMs, nowMs];
  return all.filter((atMs, index) => {
    const gapMs = atMs - (all[index - 1] ?? -Infinity);
    return nowMs - atMs <= longMs && gapMs > shortMs && gapMs <= longMs;
  }).length;
}
