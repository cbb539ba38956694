/** A row as SQLite gave it: nothing about it is known until it is read by one of these. */
export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null;

/** A row or an event that this program cannot read: the file is damaged or was written by something else. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export function text(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== "string") throw unreadable(row, name);
  return value;
}

export function textOrNull(row: Row, name: string): string | null {
  const value = row[name];
  if (value !== null && typeof value !== "string") throw unreadable(row, name);
  return value;
}

export function integer(row: Row, name: string): number {
  const value = row[name];
  if (typeof value !== "number") throw unreadable(row, name);
  return value;
}

export function integerOrNull(row: Row, name: string): number | null {
  const value = row[name];
  if (value !== null && typeof value !== "number") throw unreadable(row, name);
  return value;
}

export const flag = (row: Row, name: string): boolean => integer(row, name) !== 0;

/** A text that is one of a fixed set of words. */
export function oneOf<const T extends string>(row: Row, name: string, words: readonly T[]): T {
  const value = row[name];
  const word = words.find((one) => one === value);
  if (word === undefined) throw unreadable(row, name);
  return word;
}

/** A column of JSON text, read by a decoder that throws on what does not fit. */
export function json<T>(row: Row, name: string, decode: (value: unknown) => T): T {
  const raw = text(row, name);
  try {
    return decode(JSON.parse(raw));
  } catch (cause) {
    throw unreadable(row, name, cause);
  }
}

export const jsonOrNull = <T>(row: Row, name: string, decode: (value: unknown) => T): T | null =>
  row[name] === null ? null : json(row, name, decode);

function unreadable(row: Row, name: string, cause?: unknown): Unreadable {
  const raw: unknown = row[name];
  const what = typeof raw === "string" ? JSON.stringify(raw.slice(0, 60)) : typeof raw;
  return new Unreadable(`the column ${name} holds ${what}`, cause === undefined ? {} : { cause });
}
