/** How many letters of a prompt's beginning are the same in other calls: what providers keep for a while and read again for less. */
export interface PromptMarks {
  /** In all calls of this role in a run. */
  readonly run: number;
  /** In all calls of this role for a task; at least as many. */
  readonly task: number;
}

export const noMarks: PromptMarks = { run: 0, task: 0 };
