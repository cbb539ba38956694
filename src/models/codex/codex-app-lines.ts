import type { Failure, ReportedOutcome } from "../../domain/failure.ts";
import type { Usage } from "../../domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { objectIn, textIn, type JsonObject } from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { limitEvents } from "../plan-windows.ts";
import { AgentTranscript, alive, failureSaid } from "../programs/agent-transcript.ts";
import { rpcMessage, type RpcError, type RpcId, type RpcMessage } from "../programs/json-rpc.ts";
import type { LineParser } from "../programs/line-parser.ts";
import type { Moment } from "../written-instant.ts";
import { askedCommand, changesDiff, toolOf, type AppTool } from "./codex-app-items.ts";
import { knownLimit, messageOf, reportedBy, requestFailure, startFailure, turnFailure } from "./codex-errors.ts";
import { CodexLimits } from "./codex-limits.ts";
import { serverTotal, ThreadUsage } from "./codex-usage.ts";

/** Ids of what is asked of the app server. */
export const asks = { initialize: "initialize", limits: "limits", thread: "thread", turn: "turn" } as const;

const vital: ReadonlySet<RpcId> = new Set<RpcId>([asks.initialize, asks.thread, asks.turn]);

/** Who talks to the app server is told what calls for words. */
export interface AppListener {
  /** It has answered; an error of what may fail counts as an answer without anything in it. */
  readonly answered: (id: RpcId, result: JsonObject) => void;
  readonly asked: (id: RpcId, method: string, isKnown: boolean) => void;
}

type Told = RpcMessage & { kind: "notification" };
type Asked = RpcMessage & { kind: "request" };

/**
 * What `codex app-server` prints: JSON-RPC without its "jsonrpc", a message a line.
 *
 *     {"id","result":{"thread":{"id"},"cwd"}}          answers; a thread's names the session
 *     {"method":"item/agentMessage/delta","params":{"threadId","itemId","delta"}}
 *     {"method":"item/started"|"item/completed","params":{"threadId","item":{"id","type",...}}}
 *     {"method":"thread/tokenUsage/updated","params":{"threadId","tokenUsage":{"total","last"}}}
 *     {"method":"account/rateLimits/updated","params":{"rateLimits":{"primary":{"usedPercent","windowDurationMins","resetsAt"},...}}}
 *     {"method":"error","params":{"error":{"message","codexErrorInfo"},"willRetry"}}    never the end
 *     {"id","method":"item/commandExecution/requestApproval","params":{"itemId","command","cwd"}}    a question
 *     {"method":"turn/completed","params":{"threadId","turn":{"status","error"}}}       the end
 *
 * Helpers it started have threads of their own: their tools and tokens count, their words do not.
 */
export class CodexAppParser implements LineParser {
  readonly #transcript: AgentTranscript;
  readonly #moment: () => Moment;
  readonly #counted: Usage | undefined;
  readonly #listener: AppListener | null;
  readonly #limits = new CodexLimits();
  readonly #usage = new Map<string, ThreadUsage>();
  /** Items whose text came in pieces. */
  readonly #streamed = new Set<string>();
  readonly #running = new Map<string, AppTool>();
  readonly #changes = new Map<string, JsonObject>();
  #thread: string | null = null;
  #folder = "";
  #isTurn = false;
  #item: string | null = null;
  #end: { readonly failure: Failure | null; readonly outcome: ReportedOutcome | "cancelled" | null } | null = null;
  #lastError: JsonObject | null = null;
  #lastNotice: string | null = null;

  /** `counted`: what was booked of a resumed thread before. */
  constructor(asked: AnswerRequirements, moment: () => Moment, counted?: Usage, listener: AppListener | null = null) {
    this.#transcript = new AgentTranscript(asked);
    this.#moment = moment;
    this.#counted = counted;
    this.#listener = listener;
  }

  get isComplete(): boolean {
    return this.#end !== null;
  }

  get text(): string {
    return this.#transcript.text;
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (this.isComplete) return [];
    const object = this.#transcript.object(line, truncated);
    const message = object === null ? null : rpcMessage(object);
    return message === null ? alive : this.#message(message);
  }

  diagnostic(line: string): readonly CallEvent[] {
    return this.#transcript.diagnostic(line);
  }

  end(exit: ExitStatus): AdapterOutcome {
    const { failure = null, outcome = null } = this.#end ?? {};
    if (outcome === "cancelled") return { kind: "cancelled", text: this.text, answer: null, failure: null };
    const moment = this.#moment();
    return this.#transcript.end({
      exit,
      isComplete: this.isComplete,
      outcome,
      failure,
      failureOfExit: (_code, said) =>
        (this.#lastError === null ? null : turnFailure(this.#lastError, this.#limits, moment)) ??
        startFailure(said, moment) ??
        failureSaid(said, [], moment),
    });
  }

  #message(message: RpcMessage): readonly CallEvent[] {
    switch (message.kind) {
      case "result":
        return this.#answer(message.id, message.result);
      case "error":
        return this.#refused(message.id, message.error);
      case "request":
        return this.#ask(message);
      case "notification":
        return this.#told(message);
    }
  }

  /** Whoever does not know the limits of a plan has none; and words come too late for a turn that is over. */
  #refused(id: RpcId, error: RpcError): readonly CallEvent[] {
    if (id === asks.limits) this.#listener?.answered(id, {});
    else if (vital.has(id) || this.#thread === null)
      this.#end = { failure: requestFailure(error, this.#moment()), outcome: null };
    return alive;
  }

  #answer(id: RpcId, result: JsonObject): readonly CallEvent[] {
    if (id === asks.limits) {
      if (this.#limits.isUsedUp(result)) this.#end = { failure: knownLimit(this.#limits), outcome: null };
      else this.#listener?.answered(id, result);
      return limitEvents(this.#limits.used);
    }
    this.#listener?.answered(id, result);
    const thread = textIn(objectIn(result["thread"])?.["id"]);
    if (thread === null) return alive;
    this.#thread ??= thread;
    this.#folder = textIn(result["cwd"]) ?? this.#folder;
    return this.#transcript.session(this.#thread);
  }

  #ask({ id, method, params }: Asked): readonly CallEvent[] {
    const isCommand = method === "item/commandExecution/requestApproval";
    const isChange = method === "item/fileChange/requestApproval";
    this.#listener?.asked(id, method, isCommand || isChange);
    if (!isCommand && !isChange) return alive;
    const item = this.#changes.get(textIn(params["itemId"]) ?? "") ?? null;
    const root = textIn(params["grantRoot"]);
    const command = isCommand ? askedCommand(params, this.#folder) : root === null ? null : `write below ${root}`;
    const tool = isCommand ? "commandExecution" : "fileChange";
    return [{ type: "approval", id: String(id), tool, command, diff: changesDiff(item, this.#folder) }];
  }

  #told({ method, params }: Told): readonly CallEvent[] {
    const thread = textIn(params["threadId"]) ?? this.#thread ?? "";
    const isOwn = this.#thread === null || thread === this.#thread;
    switch (method) {
      case "item/agentMessage/delta":
        return isOwn ? this.#piece(params) : alive;
      case "item/reasoning/textDelta":
      case "item/reasoning/summaryTextDelta":
        return isOwn ? this.#thought(params) : alive;
      case "item/started":
      case "item/completed":
        return this.#itemIs(objectIn(params["item"]) ?? {}, method === "item/completed", isOwn);
      case "thread/tokenUsage/updated":
        return this.#used(thread, isOwn, objectIn(objectIn(params["tokenUsage"])?.["total"]));
      case "account/rateLimits/updated":
        this.#limits.note(objectIn(params["rateLimits"]) ?? {});
        return limitEvents(this.#limits.used);
      case "error":
        return this.#error(objectIn(params["error"]) ?? {}, params["willRetry"] === true, isOwn);
      case "turn/started":
        this.#isTurn ||= isOwn;
        return alive;
      case "turn/completed":
        if (isOwn) this.#turnIsOver(objectIn(params["turn"]) ?? {});
        return alive;
      default:
        return alive;
    }
  }

  #piece(params: JsonObject): readonly CallEvent[] {
    const [item, text] = [textIn(params["itemId"]), textIn(params["delta"]) ?? ""];
    const isNew = item !== null && item !== this.#item;
    if (item !== null) this.#streamed.add(item);
    this.#item = item;
    return [...(isNew ? this.#transcript.endLine() : []), ...this.#transcript.piece(text)];
  }

  #thought(params: JsonObject): readonly CallEvent[] {
    const [item, text] = [textIn(params["itemId"]), textIn(params["delta"])];
    if (item !== null) this.#streamed.add(item);
    return text === null ? alive : [{ type: "thinking", text }];
  }

  #itemIs(item: JsonObject, isOver: boolean, isOwn: boolean): readonly CallEvent[] {
    const id = textIn(item["id"]) ?? "";
    if (item["type"] === "agentMessage" || item["type"] === "reasoning") {
      return isOver && isOwn && !this.#streamed.has(id) ? this.#whole(item) : alive;
    }
    const tool = toolOf(item, this.#folder);
    if (tool === null) return alive;
    if (item["type"] === "fileChange") this.#changes.set(id, item);
    const isRunning = this.#running.has(id);
    const began = this.#running.get(id) ?? tool;
    const started: readonly CallEvent[] = isRunning ? [] : [{ type: "tool", ...began, state: "start" }];
    this.#running.set(id, began);
    if (!isOver) return isRunning ? alive : started;
    this.#running.delete(id);
    const result = toolResult(item["aggregatedOutput"], item["result"], item["error"]);
    return [...started, { type: "tool", ...began, state: "end", ...result }];
  }

  #whole(item: JsonObject): readonly CallEvent[] {
    const text = textIn(item["text"]);
    if (item["type"] === "agentMessage") return text === null ? alive : this.#transcript.block(text);
    const thoughts = [...textsIn(item["summary"]), ...textsIn(item["content"])];
    return thoughts.length === 0 ? alive : [{ type: "thinking", text: thoughts.join("\n") }];
  }

  #used(thread: string, isOwn: boolean, total: JsonObject | null): readonly CallEvent[] {
    if (total === null) return alive;
    const usage = this.#usage.get(thread) ?? new ThreadUsage(isOwn ? this.#counted : undefined);
    this.#usage.set(thread, usage);
    // A resumed thread tells what it had used before anything is asked.
    if (isOwn && !this.#isTurn) usage.goesOnFrom(serverTotal(total));
    const events = usage.grown(serverTotal(total), total);
    return events.length === 0 ? alive : events;
  }

  /** The same notice again is no sign of life: without a network it is repeated without end. */
  #error(error: JsonObject, willRetry: boolean, isOwn: boolean): readonly CallEvent[] {
    if (!willRetry) {
      if (isOwn) this.#lastError = error;
      return alive;
    }
    const message = messageOf(error);
    if (message === this.#lastNotice) return [];
    this.#lastNotice = message;
    return [{ type: "retry", message, delayMs: null }];
  }

  #turnIsOver(turn: JsonObject): void {
    if (turn["status"] === "completed") this.#end = { failure: null, outcome: null };
    else if (turn["status"] === "interrupted") this.#end = { failure: null, outcome: "cancelled" };
    else {
      const error = objectIn(turn["error"]) ?? this.#lastError ?? {};
      const outcome = reportedBy(error);
      const failure = outcome === null ? turnFailure(error, this.#limits, this.#moment()) : null;
      this.#end = { failure, outcome };
    }
  }
}

function textsIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((one) => textIn(one) ?? []);
}
