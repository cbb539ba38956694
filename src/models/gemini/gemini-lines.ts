import { constants } from "node:os";

import { failure, type Failure } from "../../domain/failure.ts";
import { toJson } from "../../domain/json.ts";
import { totalTokens, type Usage } from "../../domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { countIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { AgentTranscript, alive, failureSaid } from "../programs/agent-transcript.ts";
import type { LineParser } from "../programs/line-parser.ts";
import { classifyError, errorSignal, rowOf, type ErrorSignal } from "../provider-errors.ts";
import { lengthIn } from "../wait-hints.ts";
import type { Moment } from "../written-instant.ts";

/**
 * What `gemini --output-format stream-json` prints:
 *
 *     {"type":"init","session_id","model"}
 *     {"type":"message","role":"user"|"assistant","content","delta"?}     the assistant's in pieces
 *     {"type":"tool_use","tool_name","tool_id","parameters"}
 *     {"type":"tool_result","tool_id","status":"success"|"error","error"?:{type,message}}
 *     {"type":"error","severity","message"}                               never the end
 *     {"type":"result","status":"success"|"error","error"?:{message},"stats":{total_tokens,input_tokens,output_tokens,cached}}
 *
 * Tries of its own are told on standard error alone. An exit code can be an HTTP status modulo 256.
 */
export class GeminiParser implements LineParser {
  readonly #transcript: AgentTranscript;
  readonly #moment: () => Moment;
  readonly #tools = new Map<string, { readonly name: string; readonly detail: string }>();
  #isComplete = false;
  #isDenied = false;
  /** The message of the result, or of an error before it. */
  #error: string | null = null;
  #hasFailed = false;
  /** Names of errors that standard error has told of. */
  readonly #codes = new Set<string>();

  constructor(asked: AnswerRequirements, moment: () => Moment) {
    this.#transcript = new AgentTranscript(asked);
    this.#moment = moment;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get text(): string {
    return this.#transcript.text;
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (this.#isComplete) return [];
    const object = this.#transcript.object(line, truncated);
    return object === null ? alive : this.#event(object);
  }

  diagnostic(line: string): readonly CallEvent[] {
    this.#transcript.diagnostic(line);
    const named = /\b(TerminalQuotaError|RetryableQuotaError|ModelNotFoundError)\b/.exec(line)?.[1];
    if (named !== undefined) this.#codes.add(named === "ModelNotFoundError" ? "modelNotFound" : named);
    return noticeOf(line) ?? alive;
  }

  end(exit: ExitStatus): AdapterOutcome {
    const code = codeOf(exit);
    const isMaxTurns = code === 53 && !this.#isComplete;
    const isDenied = this.#isDenied && this.#isComplete && this.#transcript.asked.maySayNothing;
    return this.#transcript.end({
      exit: code === null ? exit : { kind: "exited", code },
      isComplete: this.#isComplete,
      outcome: isMaxTurns ? "max_turns" : isDenied ? "permission_denied" : null,
      failure: this.#hasFailed ? this.#failureOf(this.#error, statusOf(code)) : null,
      failureOfExit: (given, said) => failureOfCode(given, said) ?? this.#failureOfStatus(given, said),
    });
  }

  #event(object: JsonObject): readonly CallEvent[] {
    switch (object["type"]) {
      case "init":
        return this.#transcript.session(object["session_id"]);
      case "message":
        return object["role"] === "assistant" ? this.#transcript.piece(textIn(object["content"]) ?? "") : alive;
      case "tool_use":
        return this.#toolBegins(object);
      case "tool_result":
        return this.#toolEnds(object);
      case "error":
        this.#error = textIn(object["message"]) ?? this.#error;
        return alive;
      case "result":
        return this.#result(object);
      default:
        return alive;
    }
  }

  #toolBegins(object: JsonObject): readonly CallEvent[] {
    const [id, name] = [textIn(object["tool_id"]), textIn(object["tool_name"])];
    if (id === null || name === null) return alive;
    const given = objectIn(object["parameters"]) ?? {};
    const fields = ["command", "file_path", "path", "dir_path", "pattern", "query", "url"];
    const detail = fields.map((field) => textIn(given[field])).find((value) => value !== null) ?? "";
    this.#tools.set(id, { name, detail });
    return [...this.#transcript.endLine(), { type: "tool", id, state: "start", name, detail }];
  }

  #toolEnds(object: JsonObject): readonly CallEvent[] {
    const id = textIn(object["tool_id"]);
    const tool = id === null ? undefined : this.#tools.get(id);
    if (/^(?:policy_violation|permission_denied)$/.test(textIn(objectIn(object["error"])?.["type"]) ?? "")) {
      this.#isDenied = true;
    }
    if (id === null || tool === undefined) return alive;
    this.#tools.delete(id);
    return [{ type: "tool", id, state: "end", ...tool, ...toolResult(object["output"], object["error"]) }];
  }

  #result(object: JsonObject): readonly CallEvent[] {
    this.#isComplete = true;
    this.#hasFailed = object["status"] !== "success";
    this.#error = textIn(objectIn(object["error"])?.["message"]) ?? this.#error;
    const stats = objectIn(object["stats"]) ?? {};
    const usage = usageOf(stats);
    return totalTokens(usage) === 0 ? alive : [{ type: "usage", usage, raw: toJson(stats) }];
  }

  #failureOfStatus(code: number, said: string): Failure | null {
    const [status, message] = [statusOf(code), this.#error ?? said];
    if (status !== null) return this.#failureOf(message, status);
    return failureSaid(message, [...this.#codes], this.#moment());
  }

  /** By what the provider said, then by what the program called it on standard error, then by the status of the exit code. */
  #failureOf(error: string | null, status: number | null): Failure {
    const said = error === null ? { status: null, codes: [], message: "" } : geminiSignal(error);
    // It calls any error that it would try again one of a quota; only with this status it is one.
    const isOther = status !== null && status !== 429;
    const named = [...this.#codes].filter((code) => !(isOther && code === "RetryableQuotaError"));
    const signal = { ...said, codes: [...said.codes, ...named] };
    return classifyError(
      rowOf(signal) === null ? { ...signal, status: signal.status ?? status } : signal,
      this.#moment(),
    );
  }
}

/** Thoughts are in the total alone. `input_tokens` includes what came from the cache. */
function usageOf(stats: JsonObject): Usage {
  const count = (name: string): number => countIn(stats[name]) ?? 0;
  const [input, output] = [count("input_tokens"), count("output_tokens")];
  const reasoning = Math.max(0, count("total_tokens") - input - output);
  return { input, output: output + reasoning, cacheRead: count("cached"), cacheWrite: 0, reasoning };
}

/** Its own words, with the code they stand for. */
const own: readonly (readonly [RegExp, string])[] = [
  [/stream ended without a finish reason/i, "responseStreamDisconnected"],
  [/^models\/\S{1,200} is not found\b/i, "modelNotFound"],
];

/** "[API Error: …]" around the provider's body or its message alone. */
export function geminiSignal(error: string): ErrorSignal {
  const inner = (/\[API Error: (.*)\]/s.exec(error)?.[1] ?? error).trim();
  const signal = errorSignal(null, inner);
  if (signal.details !== undefined) return signal;
  return { status: null, codes: own.flatMap(([text, code]) => (text.test(inner) ? [code] : [])), message: inner };
}

/** A notice that it tries again, on standard error; null: the line is none. */
function noticeOf(line: string): readonly CallEvent[] | null {
  const text = line.trim();
  if (!/\bRetrying (?:with backoff|after \d{1,9}ms)\b/.test(text)) return null;
  const delay = /\bRetrying after (\d{1,9}ms)/.exec(text)?.[1];
  return [{ type: "retry", message: text.slice(0, 400), delayMs: delay === undefined ? null : lengthIn(delay) }];
}

/** An exit code again where a shell's way of writing it looks like a signal; null: it did not exit. */
function codeOf(exit: ExitStatus): number | null {
  if (exit.kind === "exited") return exit.code;
  if (exit.kind !== "signalled" || deadly.has(exit.signal)) return null;
  return 128 + constants.signals[exit.signal];
}

/** What does end a process; the others only look like one behind a shell. */
const deadly: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGSEGV",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
]);

const statuses = [400, 401, 402, 403, 404, 413, 422, 429, 500, 502, 503, 504];

const statusOf = (code: number | null): number | null => statuses.find((status) => status % 256 === code) ?? null;

/** Codes of its own. What it says beside them is on standard error. */
function failureOfCode(code: number, said: string): Failure | null {
  const message = said === "" ? `it ended with exit code ${code}` : said;
  if (code === 41) return failure("auth", message, { reason: "bad_key" });
  if (code === 42 && /no previous sessions|invalid session|session .{0,80}not found/i.test(said)) {
    return failure("not_found", message, { reason: "session", retryable: true });
  }
  if (code === 42 || code === 52 || code === 55) return failure("invalid_request", message, { reason: "bad_request" });
  return null;
}
