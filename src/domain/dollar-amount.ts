const pattern = /^\s*\$?(\d{1,6}(?:\.\d{1,6})?)\s*$/;

/** Micro-dollars of an amount as a person writes it: `5`, `$2.50`. Null: it is none, or nothing. */
export function parseDollars(text: string): number | null {
  const written = pattern.exec(text)?.[1];
  const micros = written === undefined ? 0 : Math.round(Number(written) * 1_000_000);
  return micros > 0 ? micros : null;
}
