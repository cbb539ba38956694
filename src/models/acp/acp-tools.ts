import type { CallEvent } from "../../engine/ports/adapter.ts";
import { objectIn, objectsIn, textIn, type JsonObject } from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { changedLines } from "../programs/changed-lines.ts";
import { shownPath } from "./acp-rights.ts";

const longestDetail = 500;
const longestCommand = 20_000;
const mostTools = 10_000;

/** What an agent wants to do, as a person is asked for it. */
export interface AcpAsk {
  readonly toolId: string;
  readonly tool: string;
  readonly kind: string;
  readonly paths: readonly string[];
  readonly command: string | null;
  readonly diff: string | null;
}

type Tool = Extract<CallEvent, { type: "tool" }>;

/** The tools of a turn. An update names only what has changed; some agents tell of a tool only when it is asked for, or over. */
export class AcpTools {
  readonly #folder: string;
  readonly #known = new Map<string, JsonObject>();
  readonly #running = new Map<string, Tool>();
  readonly #over = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Of a `tool_call` or a `tool_call_update`. It has begun when there is more to say of it than its title. */
  update(given: JsonObject): readonly CallEvent[] {
    if (given["sessionUpdate"] === "tool_call") this.#forget(given["toolCallId"]);
    const tool = this.#merged(given);
    if (tool === null) return [];
    const { status } = tool.fields;
    const isOver = status === "completed" || status === "failed";
    const begins = isOver || status === "in_progress" || this.#at(tool.fields) !== null;
    return [...(begins ? this.#begin(tool.id, tool.fields) : []), ...(isOver ? this.over(tool.id, tool.fields) : [])];
  }

  ask(given: JsonObject): AcpAsk | null {
    this.#forget(given["toolCallId"]);
    const tool = this.#merged(given);
    if (tool === null) return null;
    const { id, fields } = tool;
    const [kind, title] = [kindOf(fields), textIn(fields["title"])];
    const diffs = diffsOf(fields);
    const diff = diffs.map((one) => this.#diff(one)).join("\n");
    const own = textIn(objectIn(fields["rawInput"])?.["diff"]);
    const command = commandOf(fields) ?? (kind === "execute" || (diff === "" && own === null) ? title : null);
    return {
      toolId: id,
      tool: nameOf(fields),
      kind,
      paths: [...new Set([...pathsOf(fields), ...diffs.flatMap(({ path }) => textIn(path) ?? [])])],
      command: command?.slice(0, longestCommand) ?? null,
      diff: diff === "" ? own : diff,
    };
  }

  /** It has begun; nothing is said of one that had before. */
  begin(id: string): readonly CallEvent[] {
    return this.#begin(id, this.#known.get(id) ?? {});
  }

  over(id: string, fields: JsonObject = {}): readonly CallEvent[] {
    const tool = this.#running.get(id);
    if (tool === undefined) return [];
    this.#running.delete(id);
    this.#known.delete(id);
    this.#over.add(id);
    return [{ ...tool, state: "end", ...toolResult(fields["content"], fields["rawOutput"]) }];
  }

  #begin(id: string, fields: JsonObject): readonly CallEvent[] {
    if (this.#running.has(id) || this.#over.has(id)) return [];
    const detail = (this.#at(fields) ?? textIn(fields["title"]) ?? "").slice(0, longestDetail);
    const tool: Tool = { type: "tool", id, state: "start", name: nameOf(fields), detail };
    this.#running.set(id, tool);
    return [tool];
  }

  /** An id that is used anew. */
  #forget(id: unknown): void {
    if (typeof id !== "string" || !this.#over.delete(id)) return;
    this.#known.delete(id);
  }

  #merged(given: JsonObject): { readonly id: string; readonly fields: JsonObject } | null {
    const id = textIn(given["toolCallId"]);
    if (id === null) return null;
    const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
    const fields = { ...this.#known.get(id), ...changed };
    if (this.#known.size < mostTools || this.#known.has(id)) this.#known.set(id, fields);
    return { id, fields };
  }

  /** A command, a file, or what is looked for; null: nothing is known yet. */
  #at(fields: JsonObject): string | null {
    const input = objectIn(fields["rawInput"]) ?? {};
    const telling = ["file_path", "filePath", "path", "pattern", "query", "url"];
    // A command is at the folder it runs in.
    const place = pathsOf(fields).find((one) => one !== this.#folder);
    const path = place ?? telling.map((name) => textIn(input[name])).find((value) => value !== null);
    return commandOf(fields) ?? (path == null ? null : shownPath(this.#folder, path));
  }

  #diff(content: JsonObject): string {
    const path = shownPath(this.#folder, textIn(content["path"]) ?? "");
    return changedLines(path, textIn(content["oldText"]) ?? "", textIn(content["newText"]) ?? "");
  }
}

const kindOf = (fields: JsonObject): string => textIn(fields["kind"]) ?? "other";

function nameOf(fields: JsonObject): string {
  const named = textIn(fields["name"]) ?? textIn(objectIn(objectIn(fields["_meta"])?.["claudeCode"])?.["toolName"]);
  const kind = kindOf(fields);
  return (named ?? (kind === "other" ? textIn(fields["title"]) : kind) ?? kind).slice(0, longestDetail);
}

function commandOf(fields: JsonObject): string | null {
  const command = objectIn(fields["rawInput"])?.["command"];
  return Array.isArray(command) ? command.filter((word) => typeof word === "string").join(" ") : textIn(command);
}

const pathsOf = (fields: JsonObject): readonly string[] =>
  objectsIn(fields["locations"]).flatMap(({ path }) => textIn(path) ?? []);

const diffsOf = (fields: JsonObject): readonly JsonObject[] =>
  objectsIn(fields["content"]).filter(({ type }) => type === "diff");
