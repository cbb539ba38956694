import { assert } from "../../domain/assert.ts";
import { tokenName } from "../../domain/brand.ts";
import { newId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Batch } from "../../engine/ports/event-log.ts";
import type { Surroundings } from "../../terminal/capabilities.ts";
import { jsonLine } from "../../view/json/json-line.ts";
import { clean } from "../../view/text/clean.ts";
import { redactor } from "./redact.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where text goes: a stream of this process, or what a test collects in. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** The only way to standard output and standard error. Secrets are taken out of everything; after the reader has gone nothing is written. */
export interface Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  /** May be written in colours. */
  readonly color: boolean;
  /** One line of any text; what would move the cursor or hide something is taken out. */
  line(text?: string): void;
  /** A line that was cleaned already and may carry colours of ours. */
  cleaned(text: string): void;
  /** One line as it is, with the secret that a person has asked for: only to a terminal. */
  secret(text: string): void;
  /** Whole text for another program to read: a script, a page, a patch. */
  text(text: string): void;
  json(value: Json): void;
}

export type SignalName = "SIGINT" | "SIGTERM" | "SIGHUP";

/** A command of this program, and where it is run. */
export interface CommandAt {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
}

/** Something that is told once. */
export class Owed {
  #batch: Batch | null = null;

  /** In place of what was owed before; null: nothing is. */
  set(batch: Batch | null): void {
    this.#batch = batch;
  }

  readonly take = (): Batch | null => {
    const batch = this.#batch;
    this.#batch = null;
    return batch;
  };
}

/** The world as the commands see it. */
export interface Program {
  readonly env: Environment;
  readonly cwd: string;
  /** With what somebody without a terminal decides. It stands in no environment, so that no child gets it. */
  readonly token: string | null;
  /** What is to be recorded together with the next thing that this program writes down. */
  readonly owed: Owed;
  /** Whether this process has a controlling terminal, or was started behind a screen by one that has. */
  readonly hasTerminal: () => boolean;
  readonly out: Output;
  readonly err: Output;
  /** What there is to see of the terminal. */
  readonly surroundings: Omit<Surroundings, "wanted">;
  /** Somebody can be asked. */
  readonly mayAsk: boolean;
  readonly clock: Clock;
  readonly newId: () => string;
  /** True when nobody reads standard output any more. */
  readonly closed: () => boolean;
  /**
   * Takes over the two signals until it is undone. With `ifStuck`, a command of this program: where this process does not turn and
   * two have come from its terminal, it is killed, and that is run.
   */
  onSignal(listener: (signal: SignalName) => void, ifStuck?: CommandAt): () => void;
  /** One line a person types; null: the end of the input, ctrl+c, or nobody waits for it any more. */
  ask(question: string, signal?: AbortSignal): Promise<string | null>;
  /** Standard input, for whoever reads all of it. */
  readonly input: () => AsyncIterable<Uint8Array>;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** What a program is made of. */
export interface ProgramParts {
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdinIsTerminal: boolean;
  readonly hasTerminal: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** Whether nothing more can be written there. */
  readonly closed: (sink: Sink) => boolean;
  readonly onSignal: Program["onSignal"];
  readonly ask: Program["ask"];
  readonly input: Program["input"];
  readonly exit: Program["exit"];
}

const longestLine = 64 * 1024;
const usualColumns = 80;
const usualRows = 24;

export function createProgram(parts: ProgramParts): Program {
  const { stdout, stderr, clock } = parts;
  const redact = redactor(parts.env);
  const { [tokenName]: token = "", ...env } = parts.env;
  const output = (sink: Sink): Output => {
    const isTerminal = sink.isTTY === true;
    const write = (text: string): void => {
      if (!parts.closed(sink)) sink.write(redact(text));
    };
    return {
      isTerminal,
      columns: sink.columns ?? usualColumns,
      rows: sink.rows ?? usualRows,
      color: isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
      line: (text = "") => write(`${clean(text, { max: longestLine })}\n`),
      cleaned: (text) => write(`${text}\n`),
      secret: (text) => {
        assert(isTerminal, "a secret is shown to a person only");
        sink.write(`${text}\n`);
      },
      text: write,
      json: (value) => write(`${jsonLine(value)}\n`),
    };
  };
  const out = output(stdout);
  return {
    env,
    cwd: parts.cwd,
    token: token === "" ? null : token,
    owed: new Owed(),
    hasTerminal: parts.hasTerminal,
    out,
    err: output(stderr),
    clock,
    closed: () => parts.closed(stdout),
    onSignal: parts.onSignal,
    ask: parts.ask,
    input: parts.input,
    exit: parts.exit,
    surroundings: surroundingsOf(parts),
    mayAsk: out.isTerminal && parts.stdinIsTerminal,
    newId: () => newId(clock.now(), parts.random),
  };
}

function surroundingsOf({ env, stdinIsTerminal, stdout }: ProgramParts): Program["surroundings"] {
  const { columns = 0, rows = 0, isTTY = false } = stdout;
  return { env, stdinIsTerminal, stdoutIsTerminal: isTTY, size: { columns, rows } };
}
