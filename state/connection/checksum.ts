import { crc32 } from "node:zlib";

import type Database from "better-sqlite3";

/** Of values as a row has them: another value is all but surely another sum. */
export const checksum = (...values: readonly unknown[]): number => crc32(JSON.stringify(values));

/** Makes it known to SQL as `checksum(…)`. */
export function knowChecksum(db: Database.Database): void {
  db.function("checksum", { deterministic: true, varargs: true }, checksum);
}
