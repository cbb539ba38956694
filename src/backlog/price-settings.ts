import { usdToMicros } from "../domain/money.ts";
import type { PriceRow } from "../domain/price.ts";
import { child, entriesOf, type Found, itemsOf, type Located, type LocatedMap, nodeAt } from "./located.ts";
import { quoted } from "./nearest.ts";
import type { WrittenPrice, WrittenSettings } from "./settings-schema.ts";

/** The user's own prices as rows. `root` is where they are written: each row says its file. */
export function toPrices(written: NonNullable<WrittenSettings["prices"]>, root: LocatedMap): readonly PriceRow[] {
  return Object.entries(written).flatMap(([model, given]) => {
    const { source } = (nodeAt(root, ["prices", model]) ?? root).at;
    return (Array.isArray(given) ? given : [given]).map((price) => toPrice(model, price, source.file));
  });
}

const micros = (usd: number | undefined): number | null => (usd === undefined ? null : usdToMicros(usd));

const toPrice = (model: string, written: WrittenPrice, source: string): PriceRow => ({
  provider: null,
  model,
  aliases: [],
  from: written.from ?? null,
  above: written.above ?? 0,
  microsPerMillion: {
    input: usdToMicros(written.input),
    output: usdToMicros(written.output),
    cacheRead: micros(written.cache_read),
    cacheWrite: micros(written.cache_write),
    cacheWriteLong: micros(written.cache_write_1h),
  },
  source,
  checked: null,
});

/** Rows that say the same twice, and sizes of requests for which a day has no row. */
export const priceFaults = (prices: Located | undefined): readonly Found[] =>
  entriesOf(prices).flatMap(([model, { keyAt, node }]) => {
    const found: Found[] = [];
    const sizes = new Map<string, Set<number>>();
    for (const row of itemsOf(node)) {
      const from = wordIn(row, "from") ?? "";
      const above = Math.max(0, Number(wordIn(row, "above") ?? 0));
      const known = sizes.get(from) ?? new Set();
      if (known.has(above)) {
        const message = `duplicate price of ${quoted(model)}${from === "" ? "" : ` from ${from}`}`;
        found.push({ at: row.at, code: "duplicate_price", message, hint: "tell them apart by from or above" });
      }
      sizes.set(from, known.add(above));
    }
    for (const [from, known] of sizes) {
      if (known.has(0)) continue;
      const message = `no price of ${quoted(model)} for small requests${from === "" ? "" : ` from ${from}`}`;
      found.push({ at: keyAt, code: "missing_price", message, hint: "add a row without above" });
    }
    return found;
  });

function wordIn(row: Located, key: string): string | null {
  const node = child(row, key);
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : null;
}
