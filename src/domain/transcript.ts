export const saidKinds = ["text", "thinking", "tool", "result", "notice"] as const;

/** One thing an agent said or did in an attempt, as it is kept beside its call. */
export interface Said {
  /** Epoch milliseconds; of a text that came in pieces, of the first. */
  readonly at: number;
  /** tool: it began, `text` says with what. result: what it gave back. notice: of the program itself. */
  readonly kind: (typeof saidKinds)[number];
  readonly text: string;
  /** Name of the tool; absent: it is about none. */
  readonly tool?: string;
}

/** What came behind a place of a transcript, and where to go on. */
export interface SaidSince {
  readonly said: readonly Said[];
  readonly next: number;
  /** Its attempt is followed anew since: what was read before is told again, from here on. */
  readonly anew: boolean;
  /** There was more between than is read at once. */
  readonly skipped: boolean;
}
