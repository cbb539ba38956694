import type { TaskId } from "../domain/ids.ts";

/** What a pager is to show: a text that is clean, or what a check wrote, by its path below the state folder. */
export type Paged = { readonly text: string } | { readonly output: string };

/** The person's own programs, in the terminal that is lent to them. Each rejects with why it could not. */
export interface Workplace {
  /** Opens a file of the task's worktree in the person's editor. */
  edit(task: TaskId, file: string, line: number): Promise<void>;
  /** A shell in the task's worktree. */
  shell(task: TaskId): Promise<void>;
  /** Null: the person's pager has shown it; else the text that no pager took. */
  page(paged: Paged): Promise<string | null>;
}
