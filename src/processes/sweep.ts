import type { ProcessRecord } from "../engine/ports/adapter.ts";
import { endGroup, groupMembers, type EndOptions } from "./group.ts";

/** A child in the ledger without an end. For `marker` see EndOptions. */
export interface SweptRecord extends ProcessRecord {
  readonly marker?: string;
}

export interface Swept<R> {
  readonly record: R;
  /** What ran of it, then ended. */
  readonly found: readonly number[];
  /** What could not be ended. */
  readonly left: readonly number[];
}

/**
 * Ends what engines before this one left running: to be called at start with the children nobody is going to adopt.
 * Returns those of which something still ran. A pid that now belongs to another process is left alone.
 */
export async function sweep<R extends SweptRecord>(
  records: readonly R[],
  options: Omit<EndOptions, "marker"> = {},
): Promise<readonly Swept<R>[]> {
  const running = records
    .map((record) => ({ record, found: groupMembers(record, record.marker) }))
    .filter(({ found }) => found.length > 0);
  return Promise.all(
    running.map(async ({ record, found }) => {
      const { marker } = record;
      const { left } = await endGroup(record, { ...options, ...(marker === undefined ? {} : { marker }) });
      return { record, found, left };
    }),
  );
}
