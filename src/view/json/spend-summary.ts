import type { SpentResult } from "../../actions/results/spent.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import { addShownCost, microsToUsd, type Cost } from "../../domain/money.ts";
import { priceRow } from "../log/event-lines.ts";
import { counted, dollars, money } from "../text/amounts.ts";

/** What calls came to, by who pays. */
export interface SpendSummary {
  /** Paid by the token. */
  readonly paid: Cost;
  /** What subscriptions and free models would have cost by the token. */
  readonly notional: Cost;
  /** Calls that were cut off before they told their cost. */
  readonly unsettled: Assumed;
  /** Paid calls that told no cost and whose price nobody knows. */
  readonly unknown: Assumed & { readonly models?: readonly string[] };
  /** By how much calls cost more than was set aside for them. */
  readonly overMicros: number;
}

/** Calls without a cost, and what budgets count for them. */
interface Assumed {
  readonly calls: number;
  readonly assumedMicros: number;
}

const nothing: Cost = { micros: 0, source: "reported" };

/** The events that `summarizeSpend` is made from. */
export const spendEvents = ["budget.settled"] as const;

export function summarizeSpend(events: readonly RecordedEvent[]): SpendSummary {
  let [paid, notional]: [Cost | null, Cost | null] = [null, null];
  const [unsettled, unknown] = [
    { calls: 0, assumedMicros: 0 },
    { calls: 0, assumedMicros: 0 },
  ];
  let overMicros = 0;
  const models = new Set<string>();
  for (const event of events) {
    if (event.type !== "budget.settled") continue;
    const { data } = event;
    if (data.notional === true) notional = notional === null ? data.cost : addShownCost(notional, data.cost);
    else paid = paid === null ? data.cost : addShownCost(paid, data.cost);
    overMicros += data.overMicros ?? 0;
    const open = data.cost.source === "unsettled" ? unsettled : data.cost.micros === null ? unknown : null;
    if (open === null || (open === unknown && data.notional === true)) continue;
    open.calls += 1;
    if (open === unknown) models.add(data.model);
    open.assumedMicros += data.assumedMicros ?? 0;
  }
  return {
    paid: paid ?? nothing,
    notional: notional ?? nothing,
    unsettled,
    unknown: models.size === 0 ? unknown : { ...unknown, models: [...models] },
    overMicros,
  };
}

const assumedJson = ({ calls, assumedMicros }: Assumed) => ({ calls, assumedUsd: microsToUsd(assumedMicros) });

export const spendJson = ({ paid, notional, unsettled, unknown, overMicros }: SpendSummary): SpentResult => ({
  paidUsd: usd(paid),
  notionalUsd: usd(notional),
  unsettled: assumedJson(unsettled),
  unknown: { ...assumedJson(unknown), ...(unknown.models === undefined ? {} : { models: [...unknown.models] }) },
  overUsd: microsToUsd(overMicros),
});

const usd = ({ micros }: Cost): number | null => (micros === null ? null : microsToUsd(micros));

/** What a sum alone does not say; none where it says all. */
export function spendLines({ paid, notional, unsettled, unknown, overMicros }: SpendSummary): readonly string[] {
  const lines: string[] = [];
  if (notional.micros !== 0)
    lines.push(
      `paid by the token: ${money(paid)}; what subscriptions and free models did would have cost ${money(notional)}`,
    );
  if (overMicros > 0)
    lines.push(`calls cost ${dollars(overMicros)} more than was set aside for them; budgets count it`);
  if (unsettled.calls > 0)
    lines.push(`unsettled: ${counted(unsettled.calls, "call")} cut off before the cost was told${counting(unsettled)}`);
  if (unknown.calls > 0)
    lines.push(
      `not known: the cost of ${counted(unknown.calls, "paid call")}${counting(unknown)}; say its price under prices in the settings`,
    );
  if (unknown.assumedMicros > 0)
    lines.push(...(unknown.models ?? []).map((model) => `assumed is what calls of ${model} cost: ${priceRow(model)}`));
  return lines;
}

const counting = ({ assumedMicros }: Assumed): string =>
  assumedMicros === 0 ? "" : `; budgets count ${dollars(assumedMicros)} for it`;
