import {
  jsonSchema,
  Output,
  streamText,
  tool,
  type FinishReason,
  type JSONSchema7,
  type LanguageModelUsage,
  type ModelMessage,
  type ProviderMetadata,
  type TextStreamPart,
  type ToolSet,
} from "ai";

import type { Json } from "../../domain/json.ts";
import type { CallEvent } from "../../engine/ports/adapter.ts";
import type { WorktreeTool } from "../tools/worktree-tool.ts";
import type { ModelObject, ProviderOptions } from "./http-provider.ts";
import { moneyEvents } from "./http-usage.ts";
import type { ToolRequest } from "./tool-use.ts";

// It would write its warnings over the screen.
globalThis.AI_SDK_LOG_WARNINGS = false;

export interface Request {
  readonly model: ModelObject;
  readonly messages: readonly ModelMessage[];
  /** The answer by schema, made sure of by the provider; null: free text. */
  readonly schema: Json | null;
  readonly tools: readonly WorktreeTool[];
  /** Tools that were used before must be named again also where none may be used any more. */
  readonly mayUseTools: boolean;
  /** Null: as many as the model has. */
  readonly outputTokens: number | null;
  readonly options: ProviderOptions;
  readonly signal: AbortSignal;
  readonly say: (event: CallEvent) => void;
}

/** A fault as the SDK tells it, with what the server sent last: of an error's own fields the SDK keeps only some. */
export interface RequestError {
  readonly cause: unknown;
  readonly lastSent: unknown;
  /** The model had begun to answer, to think or to ask for a tool. */
  readonly hasBegun: boolean;
}

/** What came of one request. With an error the text is what was said before it. */
export interface Reply {
  readonly text: string;
  readonly error: RequestError | null;
  readonly finish: FinishReason;
  /** Tools that are to be used, as far as the model asked for them in a way that can be understood. */
  readonly calls: readonly ToolRequest[];
  /** The same as messages of the conversation, with answers to what was asked for in a way that cannot. */
  readonly messages: readonly ModelMessage[];
}

/** Makes exactly one request and tells what comes as it comes. All ways in which the SDK reports a fault end up in `error`. */
export async function request(asked: Request): Promise<Reply> {
  const over = new AbortController();
  const reading = new Reading(asked.say);
  try {
    const result = streamText({
      model: asked.model,
      messages: [...asked.messages],
      ...(asked.tools.length === 0
        ? {}
        : { tools: toolsOf(asked.tools), toolChoice: asked.mayUseTools ? "auto" : "none" }),
      ...(asked.schema === null ? {} : { output: Output.object({ schema: jsonSchema(schemaOf(asked.schema)) }) }),
      ...(asked.outputTokens === null ? {} : { maxOutputTokens: asked.outputTokens }),
      providerOptions: asked.options,
      maxRetries: 0,
      telemetry: { isEnabled: false },
      include: { rawChunks: true },
      abortSignal: AbortSignal.any([asked.signal, over.signal]),
      onError: () => {},
    });
    try {
      for await (const part of result.stream) reading.take(part);
    } catch (cause) {
      reading.fail(cause);
    }
    return reading.reply(reading.isFailed ? [] : await result.responseMessages);
  } catch (cause) {
    reading.fail(cause);
    return reading.reply([]);
  } finally {
    // What the server may still be sending is of no use to anybody.
    over.abort();
  }
}

class Reading {
  readonly #say: (event: CallEvent) => void;
  readonly #calls: ToolRequest[] = [];
  #text = "";
  #finish: FinishReason = "interrupted";
  #lastSent: unknown = null;
  #hasBegun = false;
  #error: RequestError | null = null;

  constructor(say: (event: CallEvent) => void) {
    this.#say = say;
  }

  get isFailed(): boolean {
    return this.#error !== null;
  }

  /** The first one decides: others follow from it. */
  fail(cause: unknown): void {
    this.#error ??= { cause, lastSent: this.#lastSent, hasBegun: this.#hasBegun };
  }

  take(part: TextStreamPart<ToolSet>): void {
    this.#hasBegun ||= /^(?:text|reasoning|tool)-/.test(part.type);
    switch (part.type) {
      case "text-delta":
        this.#text += part.text;
        if (part.text !== "") this.#say({ type: "text", text: part.text });
        break;
      case "reasoning-delta":
        if (part.text !== "") this.#say({ type: "thinking", text: part.text });
        break;
      case "tool-call":
        if (part.invalid !== true) this.#calls.push({ id: part.toolCallId, name: part.toolName, input: part.input });
        break;
      case "finish-step":
        this.#finished(part.finishReason, part.usage, part.providerMetadata);
        break;
      case "raw":
        this.#lastSent = part.rawValue;
        break;
      case "error":
        this.fail(part.error);
        break;
      case "abort":
        this.fail(new Error("the request was ended"));
        break;
      default:
        break;
    }
  }

  #finished(finish: FinishReason, usage: LanguageModelUsage, metadata: ProviderMetadata | undefined): void {
    this.#finish = finish;
    for (const event of moneyEvents(usage, metadata)) this.#say(event);
  }

  reply(messages: readonly ModelMessage[]): Reply {
    return { text: this.#text, error: this.#error, finish: this.#finish, calls: this.#calls, messages };
  }
}

/** Without `execute`: the SDK only says which tools the model wants used. */
const toolsOf = (tools: readonly WorktreeTool[]): ToolSet =>
  Object.fromEntries(tools.map(({ name, description, input }) => [name, tool({ description, inputSchema: input })]));

const isSchema = (schema: unknown): schema is JSONSchema7 =>
  typeof schema === "object" && schema !== null && !Array.isArray(schema);

const schemaOf = (schema: Json): JSONSchema7 => (isSchema(schema) ? schema : {});
