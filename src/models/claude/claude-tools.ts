import { textIn, type JsonObject } from "../json-line.ts";
import { cutChange } from "../programs/changed-lines.ts";

const longestDetail = 500;
const telling = ["command", "file_path", "notebook_path", "path", "pattern", "url", "query", "description", "skill"];

/** What a tool is at, in a line: a command, a path (relative to the working folder), what is looked for. */
export function toolDetail(input: JsonObject, folder: string): string {
  const name = telling.find((one) => textIn(input[one]) !== null);
  const text = name === undefined ? "" : (textIn(input[name]) ?? "");
  return insideOf(text, folder).slice(0, longestDetail);
}

const insideOf = (path: string, folder: string): string =>
  folder !== "" && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;

/** What an edit would change, as lines taken away and lines put in their place; null: it is no edit. */
export function toolDiff(input: JsonObject, folder: string): string | null {
  const path = textIn(input["file_path"]) ?? textIn(input["notebook_path"]);
  const after = input["new_string"] ?? input["content"] ?? input["new_source"];
  if (path === null || typeof after !== "string") return null;
  const before = typeof input["old_string"] === "string" ? input["old_string"] : "";
  const lines = [
    `--- ${insideOf(path, folder)}`,
    `+++ ${insideOf(path, folder)}`,
    ...marked("-", before),
    ...marked("+", after),
  ];
  return cutChange(lines.join("\n"));
}

const marked = (mark: string, text: string): readonly string[] =>
  text === ""
    ? []
    : text
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => mark + line);
