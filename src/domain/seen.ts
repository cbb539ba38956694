import type { TaskId } from "./ids.ts";

/** put_back: as it was, what stood there is kept. take_over: left, and asked about. told: left. */
export const seenOutcomes = ["put_back", "take_over", "told"] as const;

/** A ref or file of the repository that was changed behind our back. */
export interface SeenItem {
  readonly kind: "ref" | "file";
  readonly name: string;
  /** A ref's commit, a file's digest; null: it was not there. */
  readonly from: string | null;
  readonly to: string | null;
  readonly outcome: (typeof seenOutcomes)[number];
  /** Ref that keeps what was there. */
  readonly kept: string | null;
}

export interface Seen {
  /** The same for the same changes, also when a crash had them seen twice. */
  readonly id: string;
  readonly sinceMs: number;
  readonly items: readonly SeenItem[];
  readonly ran: readonly { readonly task: TaskId; readonly what: string }[];
  /** Tasks that ask a person before they go on. */
  readonly asks: readonly TaskId[];
}

export interface SeenEvents {
  /** What somebody else did to the repository since it was last looked at, and what became of it. */
  "watch.seen": Seen;
  /** A person has said what a moved integration branch is. */
  "watch.settled": { readonly id: string; readonly taken: boolean; readonly by: string };
}
