import type { PriceRow } from "../domain/price.ts";
import { due, filled, hundredMillionths, type Billed } from "./cost.ts";

/**
 * What the provider's cache saved, in micros: tokens read x (input price - read price) - tokens written x (write price - input
 * price), each write at the price of the time it is kept for. Negative where more was written than was read again. Null: nobody
 * knows the prices of some of it. What has no price of its own counts as input, and saves nothing.
 */
export function cacheSavings(billed: readonly Billed[], prices: readonly PriceRow[]): number | null {
  let exact = 0n;
  for (const one of billed) {
    const { cacheRead, cacheWrite } = one.usage;
    if (cacheRead === 0 && cacheWrite === 0) continue;
    const found = due(one, prices);
    if (found === null) return null;
    const long = Math.min(one.terms.cacheWriteLong ?? 0, cacheWrite);
    const rates = filled(found.row.microsPerMillion);
    const parts: readonly (readonly [number, number])[] = [
      [cacheRead, rates.input - rates.cacheRead],
      [cacheWrite - long, rates.input - rates.cacheWrite],
      [long, rates.input - rates.cacheWriteLong],
    ];
    const sum = parts.reduce((all, [tokens, gain]) => all + BigInt(tokens) * BigInt(gain), 0n);
    exact += sum * BigInt(found.percent);
  }
  return Math.round(Number(exact) / Number(hundredMillionths));
}
