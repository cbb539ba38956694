import type { Problem } from "../../domain/problem.ts";

/** A command that cannot do what was asked: the message says what, where and what to do. Ends the program with its code. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;
  /** Further lines under the message. */
  readonly more: readonly string[];
  constructor(message: string, exitCode = 2, more: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.more = more;
  }
}

/** Files of the user's that cannot be read as they are. Nothing was started. */
export class BadFiles extends Error {
  override readonly name = "BadFiles";
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(`${problems.length} problems`);
    this.problems = problems;
  }
}
