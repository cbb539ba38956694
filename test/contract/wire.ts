import type { Json } from "../../src/domain/json.ts";
import type { Usage } from "../../src/domain/money.ts";
import type { Dialect, ToolCall } from "./model-request.ts";

/** What every answer counts, in each dialect's own way of counting. */
export const tokensEach: Usage = { input: 1_000, output: 50, cacheRead: 300, cacheWrite: 0, reasoning: 10 };

/** An answer that a model gives: words, or a tool that it wants to use. */
export type Answer = { readonly text: string } | { readonly call: ToolCall };

interface Sent {
  /** Of a server-sent event; null: its data alone. */
  readonly event: string | null;
  readonly data: Json;
}

/** The events of a whole answer in the order of its stream. `n` makes ids that are not used twice. */
export const eventsOf = (dialect: Dialect, answer: Answer, n: number): readonly Sent[] => streams[dialect](answer, n);

export const sse = ({ event, data }: Sent): string =>
  `${event === null ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

/** The same as one body, for those who ask without a stream. */
export function bodyOf(dialect: Dialect, answer: Answer, n: number): Json {
  switch (dialect) {
    case "messages":
      return { ...message(n), content: [block(answer, n)], stop_reason: stopReason(answer), usage: messagesUsage };
    case "responses":
      return {
        id: `resp_${n}`,
        object: "response",
        status: "completed",
        output: [item(answer, n)],
        usage: responsesUsage,
      };
    case "gemini":
      return geminiBody(answer);
    case "chat": {
      const choice = { index: 0, message: { role: "assistant", ...delta(answer, n) }, finish_reason: finish(answer) };
      return { ...chunk, object: "chat.completion", choices: [choice], usage: chatUsage };
    }
  }
}

const streams: Readonly<Record<Dialect, (answer: Answer, n: number) => readonly Sent[]>> = {
  messages(answer, n) {
    const begun = { ...block(answer, n), ...("text" in answer ? { text: "" } : { input: {} }) };
    const pieces: readonly Json[] =
      "text" in answer
        ? piecesOf(answer.text).map((piece) => ({ type: "text_delta", text: piece }))
        : [{ type: "input_json_delta", partial_json: JSON.stringify(answer.call.input) }];
    return [
      { type: "message_start", message: { ...message(n), content: [], stop_reason: null, usage: firstUsage } },
      {
        type: "content_block_start",
        index: 0,
        content_block: begun,
      },
      ...pieces.map((piece) => ({ type: "content_block_delta", index: 0, delta: piece })),
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: stopReason(answer), stop_sequence: null },
        usage: { output_tokens: tokensEach.output, output_tokens_details: { thinking_tokens: tokensEach.reasoning } },
      },
      { type: "message_stop" },
    ].map((data) => ({ event: data.type, data }));
  },
  responses(answer, n) {
    const whole = item(answer, n);
    const begun = "text" in answer ? { ...whole, content: [] } : whole;
    const at = { item_id: `item_${n}`, output_index: 0, content_index: 0 };
    return [
      { type: "response.created", response: { id: `resp_${n}` } },
      { type: "response.output_item.added", output_index: 0, item: begun },
      ...("text" in answer ? piecesOf(answer.text) : []).map((piece) => ({
        type: "response.output_text.delta",
        ...at,
        delta: piece,
      })),
      { type: "response.output_item.done", output_index: 0, item: whole },
      { type: "response.completed", response: { id: `resp_${n}`, usage: responsesUsage } },
    ].map((data) => ({ event: data.type, data }));
  },
  gemini: (answer) => [{ event: null, data: geminiBody(answer) }],
  chat: (answer, n) => [
    {
      event: null,
      data: {
        ...chunk,
        choices: [{ index: 0, delta: { role: "assistant", ...delta(answer, n) }, finish_reason: null }],
      },
    },
    {
      event: null,
      data: { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: finish(answer) }], usage: chatUsage },
    },
  ],
};

/** What comes before a stall. */
export const opening = (dialect: Dialect, n: number): readonly Sent[] => {
  const whole = eventsOf(dialect, { text: "I look at it first. " }, n);
  if (dialect === "chat") return whole.slice(0, 1);
  return dialect === "gemini" ? [] : whole.slice(0, 3);
};

const piecesOf = (text: string): readonly string[] => text.match(/.{1,16}/gs) ?? [""];

const { input, output, cacheRead, reasoning } = tokensEach;
const firstUsage = {
  input_tokens: input - cacheRead,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: cacheRead,
  output_tokens: 1,
};
const messagesUsage = { ...firstUsage, output_tokens: output };
const responsesUsage = {
  input_tokens: input,
  input_tokens_details: { cached_tokens: cacheRead },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
};
const chatUsage = {
  prompt_tokens: input,
  prompt_tokens_details: { cached_tokens: cacheRead },
  completion_tokens: output,
  completion_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
};

const message = (n: number) => ({
  id: `msg_${n}`,
  type: "message",
  role: "assistant",
  model: "claude-opus-5-5",
  stop_sequence: null,
});

const block = (answer: Answer, n: number) =>
  "text" in answer
    ? { type: "text", text: answer.text }
    : { type: "tool_use", id: `toolu_${n}`, name: answer.call.name, input: answer.call.input };

const stopReason = (answer: Answer): string => ("text" in answer ? "end_turn" : "tool_use");

function item(answer: Answer, n: number): { readonly [name: string]: Json } {
  const id = `item_${n}`;
  if ("text" in answer)
    return { type: "message", role: "assistant", id, content: [{ type: "output_text", text: answer.text }] };
  const { name, input, namespace } = answer.call;
  const call = { id, call_id: `call_${n}`, name, ...(namespace === undefined ? {} : { namespace }) };
  return typeof input === "string"
    ? { type: "custom_tool_call", ...call, input }
    : { type: "function_call", ...call, arguments: JSON.stringify(input) };
}

function geminiBody(answer: Answer): Json {
  const part =
    "text" in answer ? { text: answer.text } : { functionCall: { name: answer.call.name, args: answer.call.input } };
  return {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP" }],
    usageMetadata: {
      promptTokenCount: input,
      cachedContentTokenCount: cacheRead,
      candidatesTokenCount: output - reasoning,
      thoughtsTokenCount: reasoning,
      totalTokenCount: input + output,
    },
  };
}

const chunk = { id: "chatcmpl", object: "chat.completion.chunk", created: 1, model: "m" };

const delta = (answer: Answer, n: number) =>
  "text" in answer
    ? { content: answer.text }
    : {
        tool_calls: [
          {
            index: 0,
            id: `call_${n}`,
            type: "function",
            function: { name: answer.call.name, arguments: JSON.stringify(answer.call.input) },
          },
        ],
      };

const finish = (answer: Answer): string => ("text" in answer ? "stop" : "tool_calls");
