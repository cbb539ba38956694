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

const roughUnits = [
  { name: "s", ms: 1000, below: 90_000 },
  { name: "min", ms: 60_000, below: 90 * 60_000 },
  { name: "h", ms: 3_600_000, below: 48 * 3_600_000 },
  { name: "d", ms: 86_400_000, below: Infinity },
];

/** done in 40 min to 2 h, without your answers */
export const doneIn = ({ lowMs, highMs }: { readonly lowMs: number; readonly highMs: number }): string =>
  `done in ${spanWords(lowMs, highMs)}, without your answers`;

/** A span nobody knows exactly, for a person: 40 min to 2 h, 10 to 20 min, about 5 min. */
export function spanWords(lowMs: number, highMs: number): string {
  const [low, high] = [rough(lowMs), rough(highMs)];
  if (low.unit !== high.unit) return `${low.count} ${low.unit} to ${high.count} ${high.unit}`;
  return low.count === high.count ? `about ${high.count} ${high.unit}` : `${low.count} to ${high.count} ${high.unit}`;
}

/** Two digits at most, the second in steps of five from twenty on. */
function rough(ms: number): { readonly count: number; readonly unit: string } {
  const unit = roughUnits.find(({ below }) => ms < below) ?? { name: "s", ms: 1000 };
  const exact = ms / unit.ms;
  const count = exact < 20 ? Math.round(exact) : 5 * Math.round(exact / 5);
  return { count: Math.max(1, count), unit: unit.name };
}
