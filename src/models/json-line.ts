/** A JSON object of a line, before anything is known of its fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object a line is; null: the line is something else. */
export function objectOfLine(line: string): JsonObject | null {
  const text = line.trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const objectIn = (value: unknown): JsonObject | null => (isObject(value) ? value : null);

/** The objects of a list; what is no list has none. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map((item) => objectIn(item)).filter((item) => item !== null);
}

/** Text with something in it. */
export const textIn = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const mostCounted = 1_000_000_000_000;

/** A count of something as a whole number; null: it is none. */
export const countIn = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 ? Math.min(Math.round(value), mostCounted) : null;

/** An amount of money in micro-dollars; null: it is none. */
export const microsIn = (usd: unknown): number | null => {
  const micros = typeof usd === "number" ? Math.round(usd * 1_000_000) : Number.NaN;
  return micros >= 0 && micros <= Number.MAX_SAFE_INTEGER ? micros : null;
};

/** An instant, written in ISO or as seconds or milliseconds since 1970, as epoch milliseconds. */
export function instantIn(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number === "number") {
    const ms = Math.round(number < 100_000_000_000 ? number * 1000 : number);
    return ms > 0 && ms <= 8_640_000_000_000_000 ? ms : null;
  }
  const parsed = typeof number === "string" ? Date.parse(number) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

/** A name that may become an argument or an environment variable later: one line, of bounded length. */
export const identifierIn = (value: unknown): string | null =>
  typeof value === "string" && /^[^\u0000-\u001f\u007f]{1,512}$/.test(value) ? value : null;
