const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longestMs = 36_500 * 86_400_000;

/** Milliseconds of `500ms`, `90s`, `5m`, `2h`, `7d`: an integer and its unit. Null: no such text, or over a hundred years. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d{1,16})(ms|s|m|h|d)$/.exec(text);
  const unit = unitMs[match?.[2] ?? ""];
  if (match === null || unit === undefined) return null;
  const ms = Number(match[1]) * unit;
  return ms <= longestMs ? ms : null;
}
