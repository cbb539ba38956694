import { microsPerUsd, type Cost, type CostSource } from "../../domain/money.ts";

/** Money, tokens and counts in few columns. What is not known is "?", never 0. */
const marks: Record<CostSource, string> = {
  cached: "",
  reported: "",
  estimated: "~",
  lower_bound: "≥",
  assumed: "~",
  unsettled: "≥",
  unknown: "≥",
};

/** $0.04, ~$0.04 (estimated or assumed), ≥$0.04 (more is to come or unknown), ? (not known at all). */
export function money({ micros, source }: Cost): string {
  if (micros === null) return "?";
  // What a free model costs is assumed to be nothing: that is no estimate.
  return micros === 0 && source === "assumed" ? dollars(0) : marks[source] + dollars(micros);
}

/** A known amount without its source: $0.00, $0.003, $1.84, $312, $1.2k. */
export function dollars(micros: number): string {
  const usd = micros / microsPerUsd;
  if (usd < 0) return `-${dollars(-micros)}`;
  if (usd > 0 && usd < 0.0005) return "<$0.001";
  if (usd > 0 && usd < 0.01) return `$${usd.toFixed(3)}`;
  if (usd < 99.995) return `$${usd.toFixed(2)}`;
  if (usd < 999.5) return `$${usd.toFixed(0)}`;
  return `$${short(usd)}`;
}

/** 950, 41.2k, 1.3M. */
export const tokens = (count: number): string => (count < 1000 ? String(Math.round(count)) : short(count));

function short(value: number): string {
  if (value < 999_950) return `${(value / 1000).toFixed(value < 99_950 ? 1 : 0)}k`;
  return value < 999_950_000 ? `${(value / 1e6).toFixed(1)}M` : `${(value / 1e9).toFixed(1)}G`;
}

/** "1 task", "2 tasks". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** How sure a person may be of an amount, in words. */
export const costWord: Record<CostSource, string> = {
  cached: "nothing: an earlier answer was taken",
  reported: "reported by the provider",
  estimated: "estimated from tokens and prices",
  lower_bound: "at least; some calls told no cost",
  assumed: "assumed",
  unsettled: "at least; a call was cut off before it told its cost",
  unknown: "not known",
};

const levels = "▁▂▃▄▅▆▇█";

/** The last `columns` values as a row of bars, scaled to the largest. */
export function sparkline(values: readonly number[], columns: number): string {
  const shown = values.slice(-columns);
  const top = Math.max(1, ...shown);
  return shown
    .map((value) => (value <= 0 ? levels.charAt(0) : levels.charAt(Math.min(7, Math.ceil((value / top) * 7)))))
    .join("");
}

/** A bar of `columns` filled by a share from 0 to 1. */
export function bar(share: number, columns: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return "█".repeat(full) + "░".repeat(columns - full);
}
