import { failure, type Failure } from "../../domain/failure.ts";
import { toJson } from "../../domain/json.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import { answered, type AnswerRequirements } from "../answer-requirements.ts";
import { countIn, objectIn, objectsIn, textIn, type JsonObject } from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { limitEvents } from "../plan-windows.ts";
import { AgentTranscript, alive } from "../programs/agent-transcript.ts";
import type { LineParser } from "../programs/line-parser.ts";
import type { Moment } from "../written-instant.ts";
import { claudeWindows } from "./claude-windows.ts";
import { claudeFailure, isOverLimit, overrunFailure, type ClaudeErrorWords } from "./claude-errors.ts";
import { ClaudeMoney } from "./claude-money.ts";
import { toolDetail } from "./claude-tools.ts";

/** What the program asks while it runs. */
export interface AskedTools {
  /** The events of a control_request. */
  request(object: JsonObject): readonly CallEvent[];
  /** Whether somebody was asked before this use of a tool was denied. */
  wasAsked(denial: JsonObject): boolean;
}

/**
 * What `claude -p --output-format stream-json --verbose` prints, a JSON object a line:
 *
 *     {"type":"system","subtype":"init"|"api_retry"|"permission_denied"|...}    init names session and folder
 *     {"type":"stream_event","event":{a provider's own event}}    pieces of text, with --include-partial-messages
 *     {"type":"assistant"|"user","message":{"id","content":[...]}}    a line a block: text, thinking, tool_use, tool_result
 *     {"type":"control_request","request_id","request":{"subtype":"can_use_tool",...}}    where it is talked to
 *     {"type":"rate_limit_event","rate_limit_info":{"status","resetsAt","unifiedWindows":{"five_hour":{"utilization","resetsAt"}}}}
 *     {"type":"result","subtype","is_error",...}    the end; also of errors that call themselves a success
 *
 * Lines of helpers it started have a parent_tool_use_id: their tools count, their words do not.
 */
export class ClaudeParser implements LineParser {
  readonly #transcript: AgentTranscript;
  readonly #moment: () => Moment;
  readonly #money: ClaudeMoney;
  readonly #talk: AskedTools | null;
  /** Messages whose text came in pieces; their whole text follows and is not said again. */
  readonly #streamed = new Set<string>();
  readonly #tools = new Map<string, { readonly name: string; readonly detail: string }>();
  #folder = "";
  #limit: JsonObject | null = null;
  #overrun: JsonObject | null = null;
  #words: ClaudeErrorWords = {};
  #result: JsonObject | null = null;
  #isComplete = false;

  /** Resumed: its totals begin before this attempt. Talk: what it asks while it runs. */
  constructor(asked: AnswerRequirements, moment: () => Moment, isResumed = false, talk: AskedTools | null = null) {
    this.#transcript = new AgentTranscript(asked);
    this.#moment = moment;
    this.#money = new ClaudeMoney(isResumed);
    this.#talk = talk;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get text(): string {
    return this.#transcript.text;
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (this.#isComplete && (this.#overrun === null || this.#result !== null)) return [];
    const object = this.#transcript.object(line, truncated);
    if (object === null) return alive;
    const events = this.#event(object);
    return events.length === 0 ? alive : events;
  }

  diagnostic(line: string): readonly CallEvent[] {
    return this.#transcript.diagnostic(line);
  }

  end(exit: ExitStatus): AdapterOutcome {
    const result = this.#result;
    const outcome = result === null ? null : this.#outcomeOf(result);
    if (this.#overrun !== null && outcome?.kind !== "success") {
      const failed = overrunFailure(this.#overrun, this.#moment());
      return { kind: "error", text: this.text, answer: null, failure: failed };
    }
    if (outcome === null) {
      const failureOfExit = (_code: number, said: string): Failure | null => this.#failureOfStart(said);
      return this.#transcript.end({ exit, isComplete: false, outcome: null, failure: null, failureOfExit });
    }
    return outcome;
  }

  #event(object: JsonObject): readonly CallEvent[] {
    switch (object["type"]) {
      case "system":
        return this.#system(object);
      case "stream_event":
        return this.#piece(object, objectIn(object["event"]) ?? {});
      case "assistant":
        return this.#assistant(object, objectIn(object["message"]) ?? {});
      case "user":
        return this.#toolResults(objectIn(object["message"]) ?? {});
      case "rate_limit_event": {
        const limit = objectIn(object["rate_limit_info"]);
        if (isOverLimit(limit)) this.#limit = limit;
        // From here on it would be paid beside the plan: it is ended, and still says what it has used.
        if (limit?.["isUsingOverage"] === true && this.#transcript.asked.staysInPlan === true) this.#overrun = limit;
        this.#isComplete ||= this.#overrun !== null;
        return limitEvents(claudeWindows(limit));
      }
      case "control_request":
        return this.#talk?.request(object) ?? alive;
      case "result":
        this.#result = object;
        // What is queued is worked off by the same process, and has an end of its own.
        this.#isComplete = (countIn(object["queued_turn_count"]) ?? 0) === 0;
        return [...this.#transcript.session(object["session_id"]), ...this.#money.result(object)];
      default:
        return alive;
    }
  }

  #system(object: JsonObject): readonly CallEvent[] {
    if (object["subtype"] === "init") {
      this.#folder = textIn(object["cwd"]) ?? "";
      return this.#transcript.session(object["session_id"]);
    }
    if (object["subtype"] !== "api_retry") return alive;
    const what = textIn(object["error"]) ?? "an error";
    const status = countIn(object["error_status"]);
    const [attempt, most] = [countIn(object["attempt"]) ?? 0, countIn(object["max_retries"]) ?? 0];
    const message = `${what}${status === null ? "" : ` (${status})`}, retry ${attempt} of ${most}`;
    return [{ type: "retry", message, delayMs: countIn(object["retry_delay_ms"]) }];
  }

  #piece(line: JsonObject, event: JsonObject): readonly CallEvent[] {
    const money = this.#money.piece(event);
    if (line["parent_tool_use_id"] != null) return money;
    switch (event["type"]) {
      case "message_start": {
        const id = textIn(objectIn(event["message"])?.["id"]);
        if (id !== null) this.#streamed.add(id);
        return money;
      }
      case "content_block_start":
        return objectIn(event["content_block"])?.["type"] === "text" ? this.#transcript.endLine() : alive;
      case "content_block_delta": {
        const delta = objectIn(event["delta"]) ?? {};
        const thought = textIn(delta["thinking"]);
        if (thought !== null) return [{ type: "thinking", text: thought }];
        return delta["type"] === "text_delta" ? this.#transcript.piece(textIn(delta["text"]) ?? "") : alive;
      }
      default:
        return money;
    }
  }

  #assistant(line: JsonObject, message: JsonObject): readonly CallEvent[] {
    if (line["is_api_error_message"] === true) {
      this.#words = { error: textIn(line["error"]), apiError: textIn(line["api_error"]) };
      return alive;
    }
    const isSaid = line["parent_tool_use_id"] != null || this.#streamed.has(textIn(message["id"]) ?? "");
    return blocksOf(message).flatMap((block): readonly CallEvent[] => {
      const [text, thought] = [textIn(block["text"]), textIn(block["thinking"])];
      if (block["type"] === "tool_use") return this.#toolStart(block);
      if (isSaid) return [];
      if (block["type"] === "text" && text !== null) return this.#transcript.block(text);
      return block["type"] === "thinking" && thought !== null ? [{ type: "thinking", text: thought }] : [];
    });
  }

  #toolStart(block: JsonObject): readonly CallEvent[] {
    const [id, name] = [textIn(block["id"]), textIn(block["name"])];
    if (id === null || name === null || this.#tools.has(id)) return [];
    const tool = { name, detail: toolDetail(objectIn(block["input"]) ?? {}, this.#folder) };
    this.#tools.set(id, tool);
    return [{ type: "tool", id, state: "start", ...tool }];
  }

  #toolResults(message: JsonObject): readonly CallEvent[] {
    return blocksOf(message).flatMap((block): readonly CallEvent[] => {
      const id = block["type"] === "tool_result" ? textIn(block["tool_use_id"]) : null;
      const tool = id === null ? undefined : this.#tools.get(id);
      return id === null || tool === undefined
        ? []
        : [{ type: "tool", id, state: "end", ...tool, ...toolResult(block["content"]) }];
    });
  }

  #outcomeOf(result: JsonObject): AdapterOutcome {
    const { asked } = this.#transcript;
    const last = textIn(result["result"]);
    const text = last !== null && result["is_error"] !== true ? last.trimEnd() : this.text;
    const denials = objectsIn(result["permission_denials"]).filter((denial) => this.#talk?.wasAsked(denial) !== true);
    const reported = reportedIn(result, asked, denials.length > 0);
    if (reported !== null) return { kind: reported, text, answer: null, failure: null };
    if (result["is_error"] !== false || result["subtype"] !== "success") {
      const failed = claudeFailure(result, this.#words, this.#limit, this.#moment());
      return { kind: "error", text, answer: null, failure: failed };
    }
    const given = asked.schema ? objectIn(result["structured_output"]) : null;
    return given === null ? answered(text, asked) : { kind: "success", text, answer: toJson(given), failure: null };
  }

  /** It ended before its first line: why stands on its standard error. */
  #failureOfStart(said: string): Failure | null {
    if (this.#folder !== "" || said === "") return null;
    const request = /cannot be used with root|^error: (?:unknown )?option /im;
    return request.test(said) ? failure("invalid_request", said, { reason: "bad_request" }) : null;
  }
}

/** The ends that are no errors; null: it is one, or it is a success. `isDenied`: a tool, and nobody was asked. */
function reportedIn(
  result: JsonObject,
  asked: AnswerRequirements,
  isDenied: boolean,
): Exclude<AdapterOutcome["kind"], "success" | "error"> | null {
  const why = textIn(result["terminal_reason"]) ?? "";
  if (why.startsWith("aborted")) return "cancelled";
  if (result["stop_reason"] === "refusal") return "refused";
  if (result["subtype"] === "error_max_turns" || why === "max_turns") return "max_turns";
  if (result["subtype"] === "error_max_budget_usd" || why === "budget_exhausted") return "budget";
  // Who only looks is denied the rest by us, and its answer is as good.
  return asked.maySayNothing && result["is_error"] === false && isDenied ? "permission_denied" : null;
}

const blocksOf = (message: JsonObject): readonly JsonObject[] => objectsIn(message["content"]);
