import type { PriceRow } from "../domain/price.ts";
import type { ModelSettings } from "../domain/settings.ts";
import { priceTable } from "./price-table.ts";

/**
 * All rows that are for a model, by its exact name: the settings' own by the name of the model there, else by the provider's
 * name of it, and those of the table. Empty: nobody knows what it costs.
 */
export function pricesOf(
  { name, model, provider }: Pick<ModelSettings, "name" | "model" | "provider">,
  own: readonly PriceRow[],
  table: readonly PriceRow[] = priceTable,
): readonly PriceRow[] {
  const named = own.filter((row) => row.model === name);
  const mine = named.length > 0 ? named : own.filter((row) => row.model === model);
  if (model === null) return mine;
  // Programs that serve several providers put the provider's name before the model's.
  const bare = model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
  const listed = table.filter((row) => row.provider === provider && (row.model === bare || row.aliases.includes(bare)));
  return [...mine, ...listed];
}

/** The rows in force at an instant, one for each size of request, the smallest first. The settings' own go before the table's. */
export function inForce(rows: readonly PriceRow[], atMs: number): readonly PriceRow[] {
  const begun = rows.filter(({ from }) => startOf(from) <= atMs);
  const own = begun.filter(({ provider }) => provider === null);
  const pool = own.length > 0 ? own : begun;
  const latest = pool.reduce((most, { from }) => Math.max(most, startOf(from)), -Infinity);
  return pool.filter(({ from }) => startOf(from) === latest).toSorted((a, b) => a.above - b.above);
}

/** The row for a request of that size, of rows as `inForce` gives them. */
export const rowFor = (rows: readonly PriceRow[], inputTokens: number): PriceRow | null =>
  rows.findLast(({ above }) => above === 0 || inputTokens > above) ?? null;

const startOf = (from: string | null): number => (from === null ? -Infinity : Date.parse(`${from}T00:00:00Z`));
