import type { ModelMessage } from "ai";

import { failure, type Failure } from "../../domain/failure.ts";
import { microsToUsd, noUsage } from "../../domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import { answerFit } from "../answer-fit.ts";
import { answered, answerRequirements } from "../answer-requirements.ts";
import type { WorktreeTool } from "../tools/worktree-tool.ts";
import type { Moment } from "../written-instant.ts";
import type { Allowance } from "./http-allowance.ts";
import type { Connection } from "./http-connection.ts";
import { isRefused, requestFailure } from "./http-errors.ts";
import type { HttpProvider, ModelObject } from "./http-provider.ts";
import { request, type Reply, type RequestError } from "./http-request.ts";
import { firstMessage, keptFor, promptMessage, type KeptFor } from "./prompt-message.ts";
import type { SentBeginnings } from "./sent-beginnings.ts";
import { ToolUse, type ToolRequest, type ToolUseParts } from "./tool-use.ts";

/** Requests of one attempt: a model that has not come to an end by then goes round in circles. */
const mostRequests = 50;

/** What a model has in hand for its next steps is left to it where room is made. */
const keptMessages = 4;
const longResult = 1_000;
const leftOut = "[this result was left out to make room: use the tool again if you need it]";

export interface ConversationParts extends ToolUseParts {
  readonly provider: HttpProvider;
  readonly connection: Connection;
  readonly fetch: typeof fetch;
  /** What this server has refused before; kept by whoever asks it again. */
  readonly refused: Set<Refusable>;
  readonly moment: () => Moment;
  readonly allowance: Allowance;
  readonly sent: SentBeginnings;
  readonly now: () => number;
}

/** What not every model can be asked for. */
export type Refusable = "schema" | "tools";

const refusals: Readonly<Record<Refusable, RegExp>> = {
  schema:
    /response[_ ]?format|response mime type|json[_ ]?schema|responseJsonSchema|structured|output_config|grammar|guided|requested parameters/i,
  tools: /\btools?\b|tool_(?:choice|calls?)|function.?call|requested parameters/i,
};

/**
 * One attempt as a conversation over HTTP: the prompt, tools as the model asks for them, and one more request where the answer
 * does not fit what was asked for.
 */
export async function converse(parts: ConversationParts): Promise<AdapterOutcome> {
  return await new Conversation(parts, await parts.provider.open(parts.connection, parts.fetch)).toEnd();
}

class Conversation {
  readonly #parts: ConversationParts;
  readonly #model: ModelObject;
  readonly #use: ToolUse;
  readonly #after: ModelMessage[] = [];
  #requests = 0;
  /** Told once, so that the beginning is the same in each request. */
  #kept: KeptFor | null = null;
  /** What it said last. */
  #text = "";
  /** What the last request was given to say; null: as much as it liked. */
  #outputTokens: number | null = null;

  constructor(parts: ConversationParts, model: ModelObject) {
    this.#parts = parts;
    this.#model = model;
    this.#use = new ToolUse(parts);
  }

  async toEnd(): Promise<AdapterOutcome> {
    for (;;) {
      const reply = await this.#ask(this.#tools(), true);
      if (reply === "budget" && this.#requests === 0) return this.#ends("budget", this.#tooDear());
      if (typeof reply === "string") return this.#ends(reply);
      if (reply.error !== null) {
        const found = this.#failure(reply.error);
        if (!this.#goesWithout(found, this.#tools()) && !this.#makesRoom(found)) return this.#ends("error", found);
        continue;
      }
      const isToolUse = reply.calls.length > 0 || reply.messages.some(({ role }) => role === "tool");
      if (!isToolUse) return await this.#answered(reply);
      this.#after.push(...reply.messages);
      if (!(await this.#useAll(reply.calls))) return this.#ends("cancelled");
      if (this.#requests >= mostRequests) return this.#ends("max_turns");
    }
  }

  #tools(): readonly WorktreeTool[] {
    return this.#parts.refused.has("tools") ? [] : this.#parts.tools;
  }

  /** A word: cancelled meanwhile, or too dear to be made. */
  async #ask(tools: readonly WorktreeTool[], mayUseTools: boolean): Promise<Reply | "cancelled" | "budget"> {
    const { spec, provider, signal, allowance } = this.#parts;
    if (signal.aborted) return "cancelled";
    const schema = this.#isSchemaSent(tools) ? spec.schema : null;
    const shown = tools.map(({ name, description, input }) => ({ name, description, input }));
    const messages = [this.#first(provider.mark === null ? null : JSON.stringify([shown, schema])), ...this.#after];
    this.#outputTokens = allowance.next(JSON.stringify([messages, schema, shown]));
    if (this.#outputTokens === 0) {
      // Nothing was asked, so nothing is to be paid.
      if (this.#requests === 0) this.#parts.say({ type: "usage", usage: noUsage, raw: {} });
      return "budget";
    }
    this.#requests += 1;
    let hasToldUsage = false;
    const say = (event: CallEvent): void => {
      if (event.type === "usage") {
        hasToldUsage = true;
        allowance.used(event.usage, event.raw);
      }
      this.#parts.say(event);
    };
    if (this.#text !== "") say({ type: "text", text: "\n\n" });
    const reply = await request({
      model: this.#model,
      messages,
      schema,
      tools,
      mayUseTools,
      outputTokens: this.#outputTokens,
      options: provider.options(spec, tools.length > 0),
      signal,
      say,
    });
    if (reply.text !== "" || reply.error !== null) this.#text = reply.text;
    if (reply.error !== null && isRefused(reply.error)) say({ type: "usage", usage: noUsage, raw: {} });
    else if (!hasToldUsage && (reply.error !== null || isBrokenOff(reply)))
      say({ type: "cost", cost: { micros: null, source: "unsettled" } });
    return signal.aborted ? "cancelled" : reply;
  }

  /** `ahead`: what is sent before it; null: it is not to be kept. */
  #first(ahead: string | null): ModelMessage {
    const { spec, provider, sent, now, tools } = this.#parts;
    const first = firstMessage(spec, !this.#isSchemaSent(this.#tools()));
    if (ahead !== null) this.#kept ??= keptFor(first, { spec, ahead, uses: tools.length > 0 }, sent, now());
    return promptMessage(first, this.#kept ?? { run: null, task: null }, provider.mark);
  }

  #isSchemaSent(tools: readonly WorktreeTool[]): boolean {
    const { spec, provider, refused } = this.#parts;
    return spec.schema !== null && !refused.has("schema") && (tools.length === 0 || provider.schemaBesideTools);
  }

  /** Whether the request with these tools is to be made again without what its server does not take. */
  #goesWithout({ type, reason, message }: Failure, tools: readonly WorktreeTool[]): boolean {
    const { spec, refused } = this.#parts;
    if (type !== "invalid_request" || reason !== "bad_request") return false;
    if (this.#isSchemaSent(tools) && refusals.schema.test(message)) refused.add("schema");
    else if (tools.length > 0 && spec.access === "read" && refusals.tools.test(message)) refused.add("tools");
    else return false;
    return true;
  }

  /** Whether the request is to be made again with less in it: the results of tools, but for the newest. */
  #makesRoom({ reason }: Failure): boolean {
    if (reason !== "context_overflow") return false;
    const old = this.#after.slice(0, -keptMessages);
    const short = old.map(withoutResults);
    if (short.every((message, index) => message === old[index])) return false;
    this.#after.splice(0, old.length, ...short);
    return true;
  }

  /** One after the other, so that a check sees the edits asked for before it; false: cancelled meanwhile. */
  async #useAll(calls: readonly ToolRequest[]): Promise<boolean> {
    const { signal } = this.#parts;
    for (const call of calls) {
      if (signal.aborted) return false;
      const output = { type: "text", value: await this.#use.use(call) } as const;
      this.#after.push({
        role: "tool",
        content: [{ type: "tool-result", toolCallId: call.id, toolName: call.name, output }],
      });
    }
    return !signal.aborted;
  }

  async #answered(reply: Reply): Promise<AdapterOutcome> {
    const { spec } = this.#parts;
    const early = this.#unfinished(reply);
    if (early !== null) return early;
    const fault = spec.schema === null ? null : answerFit(spec.schema).fault(reply.text);
    if (fault === null) return answered(this.#text, answerRequirements(spec));
    this.#after.push(...reply.messages, { role: "user", content: repairText(fault) });
    for (;;) {
      const tools = this.#parts.provider.schemaBesideTools ? this.#tools() : [];
      const second = await this.#ask(tools, false);
      if (second === "cancelled") return this.#ends("cancelled");
      if (second === "budget" || second.error === null) return this.#repaired(reply.text);
      const found = this.#failure(second.error);
      if (!this.#goesWithout(found, tools)) return this.#ends("error", found);
    }
  }

  /** After its second go an answer is taken as it is: whether it will do is for those who asked. */
  #repaired(first: string): AdapterOutcome {
    const asked = answerRequirements(this.#parts.spec);
    for (const text of [this.#text, first]) {
      const outcome = answered(text, asked);
      if (outcome.kind === "success") return outcome;
    }
    const outcome = answered(this.#text, asked);
    return outcome.failure === null ? outcome : { ...outcome, failure: { ...outcome.failure, retryable: false } };
  }

  /** How an answer ended that is none; null: it is whole. */
  #unfinished({ finish }: Reply): AdapterOutcome | null {
    const { name } = this.#parts.spec.model;
    switch (finish) {
      case "content-filter":
        return this.#ends("refused");
      case "length": {
        if (this.#outputTokens !== null) return this.#ends("budget");
        const message = `${name} came to the limit of its output before its answer was whole`;
        return this.#ends("error", failure("parse", message, { reason: "no_answer", retryable: false }));
      }
      case "interrupted":
      case "error": {
        const message = `the answer of ${name} ended without saying that it is whole`;
        return this.#ends("error", failure("parse", message, { reason: "bad_stream" }));
      }
      default:
        return null;
    }
  }

  #tooDear(): Failure {
    const { model, budgetLeftMicros } = this.#parts.spec;
    const left = `$${microsToUsd(budgetLeftMicros ?? 0)}`;
    return failure(
      "invalid_request",
      `nothing was asked of ${model.name}: its first request alone may cost more than the ${left} that is left for this call; raise the budget`,
      { retryable: false },
    );
  }

  #failure(error: RequestError): Failure {
    return requestFailure(error, this.#parts.connection, this.#parts.moment());
  }

  #ends(kind: AdapterOutcome["kind"], failed: Failure | null = null): AdapterOutcome {
    return { kind, text: this.#text, answer: null, failure: failed };
  }
}

/** It ended without an end of its own. */
const isBrokenOff = ({ finish }: Reply): boolean => finish === "interrupted" || finish === "error";

/** A message without what is long in its results of tools; itself where there is nothing of the kind. */
function withoutResults(message: ModelMessage): ModelMessage {
  if (message.role !== "tool" || JSON.stringify(message.content).length < longResult) return message;
  const output = { type: "text", value: leftOut } as const;
  return {
    ...message,
    content: message.content.map((part) => (part.type === "tool-result" ? { ...part, output } : part)),
  };
}

const repairText = (fault: string): string =>
  `Your answer cannot be used: ${fault}. Send the whole answer again: one JSON object as it was asked for, and nothing else.`;
