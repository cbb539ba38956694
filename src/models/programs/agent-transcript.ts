import { failure, type Failure, type ReportedOutcome } from "../../domain/failure.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import { answered, type AnswerRequirements } from "../answer-requirements.ts";
import { identifierIn, objectOfLine, type JsonObject } from "../json-line.ts";
import { classifyError, rowOf } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";
import { exitFailure } from "./exit-failure.ts";
import { LastLines } from "./last-lines.ts";

/** A sign of life without words. */
export const alive: readonly CallEvent[] = [{ type: "activity" }];

/** What programs tell about where they run, whatever comes of it: no reason for an end. */
const atEveryStart =
  /^\s*(?:Warning: (?:Basic terminal detected|256-color support not detected)|YOLO mode is enabled|Ripgrep is not available|\[STARTUP\] )|Codex could not find bubblewrap on PATH/;

export interface StreamEnd {
  readonly exit: ExitStatus;
  /** The program said that its turn is over and well. */
  readonly isComplete: boolean;
  /** What it said of an end that is no error. */
  readonly outcome: ReportedOutcome | null;
  /** The error it ended with by its own word. */
  readonly failure: Failure | null;
  /** What an exit code other than 0 means, with the last of what stood on standard error; null: nothing known. */
  readonly failureOfExit: (code: number, said: string) => Failure | null;
}

/** What the streams of agents have in common: text that adds up, a session that is told once, and how they break off. */
export class AgentTranscript {
  readonly asked: AnswerRequirements;
  readonly #pieces: string[] = [];
  readonly #said = new LastLines();
  #session: string | null = null;
  #isLastLineJson = true;

  constructor(asked: AnswerRequirements) {
    this.asked = asked;
  }

  get text(): string {
    return this.#pieces.join("").trimEnd();
  }

  /** The object of a line of standard output; null: it is none. */
  object(line: string, truncated: boolean): JsonObject | null {
    const object = truncated ? null : objectOfLine(line);
    if (line.trim() !== "") this.#isLastLineJson = object !== null;
    return object;
  }

  /** A text that stands on lines of its own. */
  block(text: string): readonly CallEvent[] {
    return [...this.endLine(), ...this.piece(`${text}\n`)];
  }

  /** A piece of text that goes on where the last one ended. */
  piece(text: string): readonly CallEvent[] {
    if (text === "") return alive;
    this.#pieces.push(text);
    return [{ type: "text", text }];
  }

  /** What is said next begins a line. */
  endLine(): readonly CallEvent[] {
    const last = this.#pieces.at(-1);
    return last === undefined || last.endsWith("\n") ? [] : this.piece("\n");
  }

  session(given: unknown): readonly CallEvent[] {
    const session = identifierIn(given);
    if (session === null || session === this.#session) return [];
    this.#session = session;
    return [{ type: "session", session }];
  }

  diagnostic(line: string): readonly CallEvent[] {
    if (!atEveryStart.test(line)) this.#said.push(line);
    return alive;
  }

  /** Success only by the program's own word; its exit code counts only where it said nothing. */
  end({ exit, isComplete, outcome, failure: fault, failureOfExit }: StreamEnd): AdapterOutcome {
    const { text, asked } = this;
    const said = this.#said.text;
    if (fault !== null) return { kind: "error", text, answer: null, failure: fault };
    if (outcome !== null) return { kind: outcome, text, answer: null, failure: null };
    if (isComplete) return answered(text, asked, said);
    return { kind: "error", text, answer: null, failure: this.#brokenOff(exit, said, failureOfExit) };
  }

  #brokenOff(exit: ExitStatus, said: string, failureOfExit: StreamEnd["failureOfExit"]): Failure {
    if (exit.kind !== "exited" || exit.code !== 0) {
      const known = exit.kind === "exited" ? failureOfExit(exit.code, said) : null;
      return known ?? exitFailure(this.asked.program, exit, said);
    }
    if (!this.#isLastLineJson) {
      const message = `${this.asked.program} ended in the middle of its output${said === "" ? "" : `: ${said}`}`;
      return failure("parse", message, { reason: "bad_stream" });
    }
    const message = `${this.asked.program} ended without saying that it is done${said === "" ? "" : `: ${said}`}`;
    return failure("api", message, { reason: "crash" });
  }
}

/** The failure that the end of a standard error tells of; null: it tells of none that is known. */
export function failureSaid(said: string, codes: readonly string[], moment: Moment): Failure | null {
  const signal = { status: null, codes, message: said };
  return rowOf(signal) === null ? null : classifyError(signal, moment);
}
