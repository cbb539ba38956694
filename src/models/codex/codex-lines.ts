import type { Failure } from "../../domain/failure.ts";
import type { Usage } from "../../domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { objectIn, textIn, type JsonObject } from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { limitEvents } from "../plan-windows.ts";
import { AgentTranscript, alive, failureSaid } from "../programs/agent-transcript.ts";
import type { LineParser } from "../programs/line-parser.ts";
import { classifyError } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";
import { codexSignal, startFailure } from "./codex-errors.ts";
import { CodexLimits } from "./codex-limits.ts";
import { execTotal, ThreadUsage } from "./codex-usage.ts";

/**
 * What `codex exec --json` prints:
 *
 *     {"type":"thread.started","thread_id"}   {"type":"turn.started"}
 *     {"type":"item.started"|"item.updated"|"item.completed","item":{"id","type",...}}
 *     {"type":"turn.completed","usage":{input_tokens,cached_input_tokens,cache_write_input_tokens,output_tokens,reasoning_output_tokens}}
 *     {"type":"error","message"}              also a notice that it tries again; never the end
 *     {"type":"turn.failed","error":{"message"}}
 *     {"type":"token_count","rate_limits":{"primary":{used_percent,window_minutes,resets_at|resets_in_seconds},...}}    where it tells them
 *
 * Its usage adds up over the whole thread: what was booked of the thread before is taken off.
 */
export class CodexParser implements LineParser {
  readonly #transcript: AgentTranscript;
  readonly #moment: () => Moment;
  readonly #usage: ThreadUsage;
  readonly #running = new Set<string>();
  readonly #limits = new CodexLimits();
  #isComplete = false;
  #failure: Failure | null = null;
  /** An error that may still turn out not to be the end. */
  #lastError: string | null = null;
  #lastNotice: string | null = null;

  constructor(asked: AnswerRequirements, moment: () => Moment, counted?: Usage) {
    this.#transcript = new AgentTranscript(asked);
    this.#moment = moment;
    this.#usage = new ThreadUsage(counted);
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
    return this.#transcript.diagnostic(line);
  }

  end(exit: ExitStatus): AdapterOutcome {
    return this.#transcript.end({
      exit,
      isComplete: this.#isComplete,
      outcome: null,
      failure: this.#failure,
      failureOfExit: (_code, said) =>
        this.#failureOf(this.#lastError) ?? startFailure(said, this.#moment()) ?? failureSaid(said, [], this.#moment()),
    });
  }

  #event(object: JsonObject): readonly CallEvent[] {
    switch (object["type"]) {
      case "thread.started":
        return this.#transcript.session(object["thread_id"]);
      case "item.started":
      case "item.updated":
      case "item.completed":
        return this.#item(objectIn(object["item"]) ?? {}, object["type"] === "item.completed");
      case "turn.completed":
        this.#isComplete = true;
        return this.#total(objectIn(object["usage"]) ?? {});
      case "turn.failed":
        this.#isComplete = true;
        this.#failure = this.#failureOf(
          textIn(objectIn(object["error"])?.["message"]) ?? this.#lastError ?? "it gave no message",
        );
        return alive;
      case "error":
        return this.#error(textIn(object["message"]) ?? "");
      case "token_count":
        this.#limits.note(objectIn(object["rate_limits"]) ?? {}, this.#moment().nowMs);
        return limitEvents(this.#limits.used);
      default:
        return alive;
    }
  }

  #item(item: JsonObject, isOver: boolean): readonly CallEvent[] {
    const text = textIn(item["text"]);
    switch (item["type"]) {
      case "agent_message":
        return isOver && text !== null ? this.#transcript.block(text) : alive;
      case "reasoning":
        return isOver && text !== null ? [{ type: "thinking", text }] : alive;
      case "error":
        return this.#remark(textIn(item["message"]) ?? "");
      case "todo_list":
        return alive;
      default:
        return this.#tool(item, isOver);
    }
  }

  #tool(item: JsonObject, isOver: boolean): readonly CallEvent[] {
    const [id, name] = [textIn(item["id"]), textIn(item["type"])];
    if (id === null || name === null) return alive;
    const tool = { type: "tool", id, name: textIn(item["tool"]) ?? name, detail: detailOf(item) } as const;
    const started: readonly CallEvent[] = this.#running.has(id) ? [] : [{ ...tool, state: "start" }];
    this.#running.add(id);
    if (!isOver) return started.length === 0 ? alive : started;
    this.#running.delete(id);
    return [
      ...started,
      { ...tool, state: "end", ...toolResult(item["aggregated_output"], item["result"], item["error"]) },
    ];
  }

  #total(given: JsonObject): readonly CallEvent[] {
    const events = this.#usage.grown(execTotal(given), given);
    return events.length === 0 ? alive : events;
  }

  #error(message: string): readonly CallEvent[] {
    if (/^reconnecting\b/i.test(message)) return this.#notice(message);
    this.#lastError = message;
    return alive;
  }

  /** Most errors that are items are warnings. */
  #remark(message: string): readonly CallEvent[] {
    return /^(?:reconnecting|falling back)\b/i.test(message) ? this.#notice(message) : alive;
  }

  /** The same notice again is no sign of life: without a network it is repeated without end. */
  #notice(message: string): readonly CallEvent[] {
    if (message === this.#lastNotice) return [];
    this.#lastNotice = message;
    return [{ type: "retry", message, delayMs: null }];
  }

  #failureOf(message: string | null): Failure | null {
    return message === null ? null : classifyError(codexSignal(message), this.#moment());
  }
}

function detailOf(item: JsonObject): string {
  const changes = Array.isArray(item["changes"]) ? item["changes"] : [];
  const paths = changes.flatMap((change) => textIn(objectIn(change)?.["path"]) ?? []);
  return textIn(item["command"]) ?? textIn(item["query"]) ?? paths.join(" ");
}
