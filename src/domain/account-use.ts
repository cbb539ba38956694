import type { Role } from "./task.ts";

/** A window of an account's limits. `share`: how much of it is used, from 0 to 1. */
export interface UsedWindow {
  readonly name: string;
  readonly share: number;
  readonly resetAtMs: number | null;
}

/** What is known of the use of accounts. */
export interface AccountUse {
  /** As their programs told it last, with when. */
  readonly windows: readonly (UsedWindow & { readonly account: string; readonly at: number })[];
  /** Calls that were begun of late. */
  readonly calls: readonly {
    readonly account: string;
    readonly role: Role;
    readonly startedAt: number;
    readonly running: boolean;
  }[];
}

export const noUse: AccountUse = { windows: [], calls: [] };
