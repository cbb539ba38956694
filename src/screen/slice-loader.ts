import { isDeepStrictEqual } from "node:util";

import type { Slices } from "../view/screen/screen-source.ts";
import type { LedgerReads } from "./ledger-reads.ts";

/** How one slice comes to its snapshots. */
export interface SliceLoader<T> {
  readonly empty: T;
  /** Only called while somebody looks. The snapshot before, itself, means that nothing changed. */
  load(id: string, before: T, reads: LedgerReads): T | Promise<T>;
}

export type SliceLoaders = { readonly [S in keyof Slices]: SliceLoader<Slices[S]> };

/** The snapshot before, where the new one says the same. */
export const unlessSame = <T>(before: T, after: T): T => (isDeepStrictEqual(before, after) ? before : after);
