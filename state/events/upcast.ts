import { Unreadable } from "../connection/columns.ts";

/** Carries an event's data from one version to the next. */
export type Upcast = (data: unknown) => unknown;

/** By event type, the steps from version 1 to 2, from 2 to 3, and so on. Only ever appended to: the log is never edited. */
export type Upcasts = Readonly<Record<string, readonly Upcast[]>>;

export const upcasts: Upcasts = {};

/** The version in which new events of a type are written. */
export const versionOf = (table: Upcasts, type: string): number =>
  (Object.hasOwn(table, type) ? (table[type]?.length ?? 0) : 0) + 1;

/** The data of a stored event in its newest version. */
export function upcast(table: Upcasts, type: string, version: number, data: unknown): unknown {
  const newest = versionOf(table, type);
  if (version > newest)
    throw new Unreadable(`the event ${type} has version ${version}, newer than this program's ${newest}`);
  let carried = data;
  for (const step of (table[type] ?? []).slice(version - 1)) carried = step(carried);
  return carried;
}
