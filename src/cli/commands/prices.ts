import type { ModelPricesResult, PriceRowResult, PricesResult } from "../../actions/results/model.ts";
import type { InputOf } from "../../actions/table.ts";
import { microsPerUsd, microsToUsd } from "../../domain/money.ts";
import { priceId, type PriceRow } from "../../domain/price.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import { inForce, pricesOf } from "../../policy/prices.ts";
import { iso, jsonVersion } from "../../view/json/json.ts";
import { modelSettings } from "../inputs/read-settings.ts";
import { printTable } from "../output/print-table.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere } from "../wiring/command-context.ts";

interface ModelPrices {
  readonly model: ModelSettings;
  /** In force now, for small requests first; none: unknown. */
  readonly rows: readonly PriceRow[];
  /** The next change that is known; none: none. */
  readonly next: readonly PriceRow[];
}

/** What each model of the settings costs now, where that stands, and what is known to change. */
export async function command(program: Program, _input: InputOf<"prices">, { json }: Displays): Promise<number> {
  const { models, prices } = await modelSettings(program, await repositoryHere(program));
  const now = program.clock.now();
  const known = models.map((model) => pricesNow(model, prices, now));
  const result: PricesResult = { v: jsonVersion, at: iso(now), prices: known.map(pricesJson) };
  if (json) program.out.json(result);
  else say(program, known);
  return 0;
}

function pricesNow(model: ModelSettings, own: readonly PriceRow[], now: number): ModelPrices {
  const all = pricesOf(model, own);
  const rows = inForce(all, now);
  const starts = all.flatMap(({ from }) => (from === null ? [] : [Date.parse(`${from}T00:00:00Z`)]));
  const changes = starts.filter((start) => start > now).toSorted((a, b) => a - b);
  for (const start of changes) {
    const later = inForce(all, start);
    // A row of the list comes to nothing where the settings have their own.
    if (later.some((row) => !rows.includes(row))) return { model, rows, next: later };
  }
  return { model, rows, next: [] };
}

const usd = (micros: number | null): number | null => (micros === null ? null : microsToUsd(micros));

const rowJson = (row: PriceRow): PriceRowResult => ({
  id: priceId(row),
  from: row.from,
  above: row.above,
  inputUsd: usd(row.microsPerMillion.input),
  outputUsd: usd(row.microsPerMillion.output),
  cacheReadUsd: usd(row.microsPerMillion.cacheRead),
  cacheWriteUsd: usd(row.microsPerMillion.cacheWrite),
  cacheWriteLongUsd: usd(row.microsPerMillion.cacheWriteLong),
  source: row.source,
  checked: row.checked,
});

const pricesJson = ({ model, rows, next }: ModelPrices): ModelPricesResult => ({
  name: model.name,
  provider: model.provider,
  model: model.model,
  billing: model.billing,
  known: rows.length > 0,
  rows: rows.map(rowJson),
  next: next.map(rowJson),
});

const heads = [
  "MODEL",
  "NAME THERE",
  "PAID",
  "FROM",
  "REQUESTS",
  "INPUT",
  "OUTPUT",
  "READ",
  "WRITE",
  "WRITE 1H",
  "SOURCE",
];

function say(program: Program, known: readonly ModelPrices[]): void {
  const { out } = program;
  out.line("USD for a million tokens; READ and WRITE are those of a cache, ? is not known");
  printTable(
    program,
    heads,
    known.flatMap(({ model, rows, next }) => {
      const start = [model.name, model.model ?? "-", model.billing];
      if (rows.length === 0 && next.length === 0) return [[...start, "-", "-", "unknown"]];
      return [...rows, ...next].map((row) => [...start, ...cellsOf(row)]);
    }),
  );
  if (known.some(({ model }) => model.billing === "subscription"))
    out.line("what a subscription does would cost that much: it is shown, and counts against no budget of money");
  if (known.some(({ model, rows }) => rows.length === 0 && model.billing !== "free"))
    out.line("set what is unknown under prices in the settings, by the name of the model");
}

const cellsOf = ({ from, above, microsPerMillion: rates, source, checked }: PriceRow): readonly string[] => [
  from ?? "-",
  above === 0 ? "all" : `above ${above.toLocaleString("en-US")}`,
  price(rates.input),
  price(rates.output),
  price(rates.cacheRead),
  price(rates.cacheWrite),
  price(rates.cacheWriteLong),
  checked === null ? source : `${source} (checked ${checked})`,
];

/** 0.125, 2.50, 10.00. */
function price(micros: number | null): string {
  if (micros === null) return "?";
  const exact = String(micros / microsPerUsd);
  return /\.\d{3}/.test(exact) ? exact : (micros / microsPerUsd).toFixed(2);
}
