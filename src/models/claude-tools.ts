import { textIn, type JsonObject } from "./json-line.ts";

const longestDetail = 500;
const telling = ["command", "file_path", "notebook_path", "path", "pattern", "url", "query", "description", "skill"];

/** What a tool is at, in a line: a command, a path (relative to the working folder), what is looked for. */
export function toolDetail(input: JsonObject, folder: string): string {
  const name = telling.find((one) => textIn(input[one]) !== null);
  const text = name === undefined ? "" : (textIn(input[name]) ?? "");
  const inside = folder !== "" && text.startsWith(`${folder}/`) ? text.slice(folder.length + 1) : text;
  return inside.slice(0, longestDetail);
}
