import type { Json } from "../../src/domain/json.ts";
import { objectIn, objectsIn, textIn, type JsonObject } from "../../src/models/json-line.ts";

/** The four ways in which the programs ask a model. */
export type Dialect = "messages" | "responses" | "gemini" | "chat";

/** What a program asks of a model, as far as an answer depends on it. */
export interface ModelRequest {
  readonly dialect: Dialect;
  /** Names of the tools that are offered. A request without any is a side request (a title, a summary). */
  readonly tools: readonly string[];
  /** How many results of tools stand in the conversation. */
  readonly results: number;
  /** Tools that were called and have a result; in the dialect of Anthropic alone. */
  readonly calls: readonly CalledTool[];
  /** Everything a person said, the newest last. */
  readonly said: readonly string[];
  readonly isStream: boolean;
}

export interface CalledTool {
  readonly name: string;
  readonly input: JsonObject;
  readonly isError: boolean;
}

/** The dialect of a path; null: nothing is asked of a model there. */
export function dialectOf(path: string): Dialect | null {
  if (path.endsWith("/messages")) return "messages";
  if (path.endsWith("/responses")) return "responses";
  if (path.endsWith("/chat/completions")) return "chat";
  return /:(?:streamG|g)enerateContent$/.test(path) ? "gemini" : null;
}

export function readRequest(dialect: Dialect, path: string, body: JsonObject): ModelRequest {
  const turns = turnsOf(dialect, body);
  const parts = turns.flatMap((turn) => partsOf(dialect, turn));
  return {
    dialect,
    tools: toolsOf(dialect, body),
    results: parts.filter((part) => isResult(dialect, part)).length,
    calls: callsIn(parts),
    said: turns
      .filter(({ role }) => role === "user")
      .map((turn) =>
        partsOf(dialect, turn)
          .map((part) => textIn(part["text"]) ?? "")
          .join("\n"),
      ),
    isStream: dialect === "gemini" ? path.includes("stream") : body["stream"] === true,
  };
}

const turnsOf = (dialect: Dialect, body: JsonObject): readonly JsonObject[] =>
  objectsIn(body[{ messages: "messages", responses: "input", gemini: "contents", chat: "messages" }[dialect]]);

function partsOf(dialect: Dialect, turn: JsonObject): readonly JsonObject[] {
  if (dialect === "gemini") return objectsIn(turn["parts"]);
  const { content } = turn;
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : objectsIn(content);
  // A result of a tool is a turn of its own there.
  return dialect === "messages" ? parts : [turn, ...parts];
}

function isResult(dialect: Dialect, part: JsonObject): boolean {
  switch (dialect) {
    case "messages":
      return part["type"] === "tool_result";
    case "responses":
      return part["type"] === "function_call_output" || part["type"] === "custom_tool_call_output";
    case "gemini":
      return objectIn(part["functionResponse"]) !== null;
    case "chat":
      return part["role"] === "tool";
  }
}

function callsIn(parts: readonly JsonObject[]): readonly CalledTool[] {
  const results = new Map(
    parts.filter((part) => isResult("messages", part)).map((part) => [part["tool_use_id"], part["is_error"] === true]),
  );
  return parts
    .filter((part) => part["type"] === "tool_use" && results.has(part["id"]))
    .map((part) => ({
      name: textIn(part["name"]) ?? "",
      input: objectIn(part["input"]) ?? {},
      isError: results.get(part["id"]) === true,
    }));
}

function toolsOf(dialect: Dialect, body: JsonObject): readonly string[] {
  // Some are offered in the conversation itself, in groups.
  const more = dialect === "responses" ? objectsIn(body["input"]).flatMap((item) => objectsIn(item["tools"])) : [];
  const tools = [...objectsIn(body["tools"]), ...more.flatMap((group) => objectsIn(group["tools"]))];
  const named =
    dialect === "gemini"
      ? tools.flatMap((tool) => objectsIn(tool["functionDeclarations"]))
      : tools.map((tool) => objectIn(tool["function"]) ?? tool);
  return named.flatMap((tool) => textIn(tool["name"]) ?? textIn(tool["type"]) ?? []);
}

export interface ToolCall {
  readonly name: string;
  /** Text alone: of a tool without fields. */
  readonly input: { readonly [name: string]: Json } | string;
  /** A group of tools, in the dialect of Responses alone. */
  readonly namespace?: string;
}

/** What the provider does. `stall`: it begins to answer and says nothing more. */
export type Reply =
  | { readonly kind: "text"; readonly text: string; readonly afterMs?: number }
  | { readonly kind: "tool"; readonly call: ToolCall }
  | { readonly kind: "stall" }
  /** The stream begins and ends with this. */
  | { readonly kind: "broken"; readonly event: string; readonly data: Json }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: Json;
    };
