import { assert } from "../domain/assert.ts";
import { parseDurationMs } from "../domain/duration.ts";

/** Milliseconds of a duration the schema has let through. */
export function ms<T>(duration: string | undefined, otherwise: T): number | T {
  if (duration === undefined) return otherwise;
  const parsed = parseDurationMs(duration);
  assert(parsed !== null, `a duration passed its schema: ${duration}`);
  return parsed;
}
