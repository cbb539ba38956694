/** One fault in a file the user wrote. Lines and columns count from 1, at the value (a missing key: at its item). */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Stable word for scripts: unknown_key, wrong_type, duplicate_id, unknown_need, cycle, ... */
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** `tasks.yaml:7:15: error: unknown need "AUTH-9"; did you mean "AUTH-8"?` */
export const problemLine = (problem: Problem): string =>
  `${problem.file}:${problem.line}:${problem.column}: error: ${problem.message}${problem.hint === null ? "" : `; ${problem.hint}`}`;
