/** What may be written into an event: plain JSON, so that it reads back as it was written. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON text with sorted keys and no undefined, so that equal values give equal text (input digests depend on it). */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined || value === null) return "null";
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const isRecord = (value: Json | undefined): value is Readonly<Record<string, Json | undefined>> =>
  value != null && typeof value === "object" && !Array.isArray(value);

/** The value as JSON reads it back: undefined fields gone. Throws on what JSON cannot say. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`not a JSON number: ${value}`);
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item));
  if (typeof value !== "object") throw new TypeError(`not JSON: ${typeof value}`);
  const plain: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) plain[key] = toJson(item);
  return plain;
}
