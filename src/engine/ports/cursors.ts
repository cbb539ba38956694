/** How far a reader of the log has come. */
export interface Cursor {
  readonly pos: number;
  /** An instant that the reader keeps beside it. */
  readonly at: number;
}

/** Places in the log that outlive who reads it: what was looked at, what was sent. True only now, and not folded. */
export interface Cursors {
  get(name: string): Promise<Cursor | null>;
  /** Puts it there, also back. */
  set(name: string, cursor: Cursor): Promise<void>;
  remove(name: string): Promise<void>;
}
