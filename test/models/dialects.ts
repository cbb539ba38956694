import type { ErrorReason, ErrorType } from "../../src/domain/failure.ts";
import type { Json } from "../../src/domain/json.ts";
import type { AdapterName } from "../../src/domain/settings.ts";

/** What a scripted server says in one answer, before it is put into its words. */
export interface Speech {
  readonly text?: readonly string[];
  readonly thinking?: string;
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly input: Json }[];
  readonly usage?: SpokenUsage;
  /** US dollars. */
  readonly cost?: number;
  readonly finish?: "stop" | "length" | "filter";
}

export interface SpokenUsage {
  /** All of it. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

/** An error as the provider words it. */
export interface SpokenError {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  /** Fields beside them. */
  readonly more?: Readonly<Record<string, Json>>;
}

/** How one provider's API speaks: its own stream of events and its own bodies of errors. */
export interface Dialect {
  readonly name: AdapterName;
  /** What base_url ends with. */
  readonly base: string;
  /** All but the end of an answer, one piece an event. */
  readonly body: (speech: Speech) => readonly string[];
  /** The events that make it whole. */
  readonly end: (speech: Speech) => readonly string[];
  readonly error: (error: SpokenError) => string;
  /** The same as an event within a stream. */
  readonly errorEvent: (error: SpokenError) => string;
  /** Its words for our kinds of error. */
  readonly words: Readonly<Partial<Record<ErrorType | "plan_limit", SpokenError>>>;
  readonly reasons: Readonly<Partial<Record<ErrorType, ErrorReason>>>;
}

const data = (value: Json): string => `data: ${JSON.stringify(value)}\n\n`;
const event = (value: { readonly type: string; readonly [key: string]: Json }): string =>
  `event: ${value.type}\n${data(value)}`;
const none: SpokenUsage = { input: 0, output: 0 };

const reasons: Dialect["reasons"] = {
  auth: "bad_key",
  rate_limit: "throttled",
  timeout: "server",
  invalid_request: "bad_request",
  api: "server",
  parse: "bad_stream",
  not_found: "model",
};

const anthropicError = ({ type, message = "it broke", more = {} }: SpokenError): { readonly [key: string]: Json } => ({
  type,
  message,
  ...more,
});

let index = 0;
const anthropicBlock = (block: Json, delta: Json): readonly string[] => {
  index += 1;
  return [
    event({ type: "content_block_start", index, content_block: block }),
    event({ type: "content_block_delta", index, delta }),
    event({ type: "content_block_stop", index }),
  ];
};

export const anthropic: Dialect = {
  name: "anthropic",
  base: "/v1",
  body: ({ text = [], thinking, calls = [], usage = none }) => [
    event({
      type: "message_start",
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-test",
        content: [],
        stop_reason: null,
        usage: {
          input_tokens: usage.input - (usage.cacheRead ?? 0) - (usage.cacheWrite ?? 0),
          cache_read_input_tokens: usage.cacheRead ?? 0,
          cache_creation_input_tokens: usage.cacheWrite ?? 0,
          cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite ?? 0, ephemeral_1h_input_tokens: 0 },
          service_tier: "standard",
          output_tokens: 1,
        },
      },
    }),
    event({ type: "ping" }),
    ...(thinking === undefined
      ? []
      : anthropicBlock({ type: "thinking", thinking: "" }, { type: "thinking_delta", thinking })),
    ...text.flatMap((words) => anthropicBlock({ type: "text", text: "" }, { type: "text_delta", text: words })),
    ...calls.flatMap(({ id, name, input }) =>
      anthropicBlock(
        { type: "tool_use", id, name, input: {} },
        { type: "input_json_delta", partial_json: JSON.stringify(input) },
      ),
    ),
  ],
  end: ({ calls = [], usage = none, finish = "stop" }) => [
    event({
      type: "message_delta",
      delta: {
        stop_reason:
          calls.length > 0 ? "tool_use" : { stop: "end_turn", length: "max_tokens", filter: "refusal" }[finish],
        stop_sequence: null,
      },
      usage: {
        output_tokens: usage.output,
        ...(usage.reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } }),
      },
    }),
    event({ type: "message_stop" }),
  ],
  error: (error) => JSON.stringify({ type: "error", error: anthropicError(error), request_id: "req_1" }),
  errorEvent: (error) => event({ type: "error", error: anthropicError(error) }),
  words: {
    auth: { status: 401, type: "authentication_error" },
    rate_limit: { status: 429, type: "rate_limit_error" },
    timeout: { status: 504, type: "timeout_error" },
    invalid_request: { status: 400, type: "invalid_request_error" },
    api: { status: 500, type: "api_error" },
    not_found: { status: 404, type: "not_found_error", message: "it broke: model: claude-test" },
    overloaded: { status: 529, type: "overloaded_error" },
    plan_limit: { status: 429, type: "rate_limit_error", more: { details: { error_code: "usage_limit_reached" } } },
  },
  reasons,
};

const openaiError = ({
  type,
  code,
  message = "it broke",
  more = {},
}: SpokenError): { readonly [key: string]: Json } => ({
  message,
  type,
  param: null,
  code: code ?? null,
  ...more,
});

const responsesCall = (id: string, name: string, input: Json): readonly string[] => {
  const item = { type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: "" };
  const written = JSON.stringify(input);
  return [
    event({ type: "response.output_item.added", output_index: 1, item }),
    event({ type: "response.function_call_arguments.delta", item_id: item.id, output_index: 1, delta: written }),
    event({
      type: "response.output_item.done",
      output_index: 1,
      item: { ...item, arguments: written, status: "completed" },
    }),
  ];
};

export const openai: Dialect = {
  name: "openai",
  base: "/v1",
  body: ({ text = [], thinking, calls = [] }) => [
    event({ type: "response.created", response: { id: "resp_1", created_at: 1, model: "gpt-test" } }),
    ...(thinking === undefined
      ? []
      : [
          event({ type: "response.output_item.added", output_index: 0, item: { type: "reasoning", id: "rs_1" } }),
          event({ type: "response.reasoning_summary_part.added", item_id: "rs_1", summary_index: 0 }),
          event({ type: "response.reasoning_summary_text.delta", item_id: "rs_1", summary_index: 0, delta: thinking }),
          event({ type: "response.output_item.done", output_index: 0, item: { type: "reasoning", id: "rs_1" } }),
        ]),
    event({ type: "response.output_item.added", output_index: 0, item: { type: "message", id: "m_1" } }),
    ...text.map((delta) => event({ type: "response.output_text.delta", item_id: "m_1", output_index: 0, delta })),
    event({ type: "response.output_item.done", output_index: 0, item: { type: "message", id: "m_1" } }),
    ...calls.flatMap(({ id, name, input }) => responsesCall(id, name, input)),
  ],
  end: ({ usage = none, finish = "stop" }) => [
    event({
      type: finish === "stop" ? "response.completed" : "response.incomplete",
      response: {
        incomplete_details:
          finish === "stop" ? null : { reason: finish === "length" ? "max_output_tokens" : "content_filter" },
        service_tier: "default",
        usage: {
          input_tokens: usage.input,
          input_tokens_details: { cached_tokens: usage.cacheRead ?? 0 },
          output_tokens: usage.output,
          output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
        },
      },
    }),
  ],
  error: (error) => JSON.stringify({ error: openaiError(error) }),
  errorEvent: ({ code, type, message = "it broke" }) =>
    event({
      type: "response.failed",
      sequence_number: 3,
      response: { error: { code: code ?? type, message }, usage: null, incomplete_details: null },
    }),
  words: {
    auth: { status: 401, type: "invalid_request_error", code: "invalid_api_key" },
    rate_limit: { status: 429, type: "tokens", code: "rate_limit_exceeded" },
    timeout: { status: 408, type: "timeout" },
    invalid_request: { status: 400, type: "invalid_request_error" },
    api: { status: 500, type: "server_error" },
    not_found: { status: 404, type: "invalid_request_error", code: "model_not_found" },
    overloaded: { status: 503, type: "server_error", code: "server_is_overloaded" },
    plan_limit: { status: 429, type: "usage_limit_reached" },
  },
  reasons,
};

const googleError = ({ status, type, message = "it broke", more = {} }: SpokenError): Json => ({
  error: { code: status, message, status: type, ...more },
});
const googleParts = (parts: readonly Json[], more: { readonly [key: string]: Json } = {}): string =>
  data({ candidates: [{ content: { role: "model", parts }, index: 0, ...more }], modelVersion: "gemini-test" });

export const google: Dialect = {
  name: "google",
  base: "/v1beta",
  body: ({ text = [], thinking, calls = [] }) => [
    ...(thinking === undefined ? [] : [googleParts([{ text: thinking, thought: true }])]),
    ...text.map((words) => googleParts([{ text: words }])),
    ...calls.map(({ name, input }) => googleParts([{ functionCall: { name, args: input }, thoughtSignature: "sig" }])),
  ],
  end: ({ usage = none, finish = "stop" }) => [
    data({
      candidates: [
        {
          content: { role: "model", parts: [{ text: "" }] },
          finishReason: { stop: "STOP", length: "MAX_TOKENS", filter: "SAFETY" }[finish],
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: usage.input,
        cachedContentTokenCount: usage.cacheRead ?? 0,
        candidatesTokenCount: usage.output - (usage.reasoning ?? 0),
        thoughtsTokenCount: usage.reasoning ?? 0,
        totalTokenCount: usage.input + usage.output,
      },
    }),
  ],
  error: (error) => JSON.stringify(googleError(error)),
  errorEvent: (error) => data(googleError(error)),
  words: {
    auth: {
      status: 400,
      type: "INVALID_ARGUMENT",
      more: { details: [{ "@type": "x/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }] },
    },
    rate_limit: { status: 429, type: "RESOURCE_EXHAUSTED" },
    timeout: { status: 504, type: "DEADLINE_EXCEEDED" },
    invalid_request: { status: 400, type: "INVALID_ARGUMENT" },
    api: { status: 500, type: "INTERNAL" },
    not_found: { status: 404, type: "NOT_FOUND", message: "it broke: model x is not found" },
    overloaded: { status: 503, type: "UNAVAILABLE" },
    plan_limit: { status: 429, type: "usage_limit_reached" },
  },
  reasons,
};

const chatChunk = (delta: Json, finish: string | null = null): string =>
  data({
    id: "chat_1",
    object: "chat.completion.chunk",
    created: 1,
    model: "local-test",
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

export const compatible: Dialect = {
  name: "openai-compatible",
  base: "/v1",
  body: ({ text = [], thinking, calls = [] }) => [
    chatChunk({ role: "assistant", content: "" }),
    ...(thinking === undefined ? [] : [chatChunk({ reasoning_content: thinking })]),
    ...text.map((content) => chatChunk({ content })),
    ...calls.map(({ id, name, input }, at) =>
      chatChunk({
        tool_calls: [{ index: at, id, type: "function", function: { name, arguments: JSON.stringify(input) } }],
      }),
    ),
  ],
  end: ({ calls = [], usage, cost, finish = "stop" }) => [
    chatChunk(
      {},
      calls.length > 0 ? "tool_calls" : { stop: "stop", length: "length", filter: "content_filter" }[finish],
    ),
    ...(usage === undefined && cost === undefined
      ? []
      : [
          data({
            id: "chat_1",
            object: "chat.completion.chunk",
            created: 1,
            model: "local-test",
            choices: [],
            usage: {
              prompt_tokens: usage?.input ?? 1,
              completion_tokens: usage?.output ?? 1,
              total_tokens: (usage?.input ?? 1) + (usage?.output ?? 1),
              prompt_tokens_details: {
                cached_tokens: usage?.cacheRead ?? 0,
                ...(usage?.cacheWrite === undefined ? {} : { cache_write_tokens: usage.cacheWrite }),
              },
              completion_tokens_details: { reasoning_tokens: usage?.reasoning ?? 0 },
              ...(cost === undefined ? {} : { cost }),
            },
          }),
        ]),
    "data: [DONE]\n\n",
  ],
  error: (error) => JSON.stringify({ error: openaiError(error) }),
  errorEvent: (error) => data({ error: openaiError(error) }),
  words: openai.words,
  reasons,
};

export const dialects: readonly Dialect[] = [anthropic, openai, google, compatible];
