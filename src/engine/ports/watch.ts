/** One thing in the repository's shared folder that is not as it was last seen and that no move of ours explains. */
export interface Difference {
  readonly kind: "ref" | "file";
  /** A ref in full, or a path in git's shared folder (or an absolute one, of a configuration elsewhere). */
  readonly name: string;
  /** A ref's commit, a file's digest; null: it was not there. */
  readonly from: string | null;
  /** The same of now. What is no commit's id stands there as it is ("ref: refs/heads/x"). */
  readonly to: string | null;
  /** When it was last known to be as it should. */
  readonly sinceMs: number;
}

/**
 * What happens to the repository behind our back. Every ref that we move, in whatever process, is written down before it moves;
 * what differs beyond that was somebody else.
 */
export interface Watch {
  /** Reads files only where nothing has changed. The same differences come again until they are settled or put back. */
  look(): Promise<readonly Difference[]>;
  /** Moves the ref to what it was; returns why not, null: it is. Not where a person has it checked out. */
  putBack(difference: Difference): Promise<string | null>;
  /** Keeps a commit from being forgotten, whatever becomes of its branch; returns the ref. Null: there is no such commit. */
  keep(commit: string): Promise<string | null>;
  /** From now on these count as they are. */
  settle(differences: readonly Difference[]): Promise<void>;
  /** Whether a person has the branch checked out somewhere. */
  isCheckedOut(branch: string): Promise<boolean>;
  /** Paths of uncommitted changes in the user's checkout, absolute. */
  dirtyFiles(): Promise<readonly string[]>;
}
