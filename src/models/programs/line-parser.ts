import type { AdapterOutcome, ApprovalDecision, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";

/**
 * Reads what one attempt's process prints. Pure but for its own memory: the same lines give the same events, live, after an
 * adoption, and from a recording. Never throws for what a line holds; skips what it does not know.
 */
export interface LineParser {
  /** The events of one more line of standard output, never `end`. Truncated: the line goes on, its rest is lost. */
  output(line: string, truncated: boolean): readonly CallEvent[];
  /** Of one more line of standard error. */
  diagnostic(line: string): readonly CallEvent[];
  /** The output has said that it is whole: nothing after it counts, the process may be ended. */
  readonly isComplete: boolean;
  /** The answer so far. */
  readonly text: string;
  /** What it came to, once the process has ended and all its lines were read. */
  end(exit: ExitStatus): AdapterOutcome;
}

/** Something said to a program; said once under its tag, a word of its own in one attempt. */
export interface OutgoingLine {
  readonly tag: string;
  readonly line: string;
}

/** Reads what a program prints that is talked to, and knows what to say to it. The same lines lead to the same words. */
export interface ProtocolClient extends LineParser {
  opening(): readonly OutgoingLine[];
  /** What the lines since the last time call for. */
  replies(): readonly OutgoingLine[];
  /** The answer to an approval event; its tag is `answerTag`. */
  answer(id: string, decision: ApprovalDecision, message: string | null): readonly OutgoingLine[];
}

export const answerTag = (id: string): string => `answer ${id}`;
