import { objectIn, objectsIn, textIn, type JsonObject } from "../json-line.ts";
import { cutChange } from "../programs/changed-lines.ts";
import { shellWords } from "./shell-words.ts";

const longestDetail = 500;

/** Items that are no use of a tool; what is not known is taken for one. */
const words: ReadonlySet<string> = new Set([
  "userMessage",
  "hookPrompt",
  "agentMessage",
  "functionCallOutput",
  "plan",
  "reasoning",
  "subAgentActivity",
  "enteredReviewMode",
  "exitedReviewMode",
  "contextCompaction",
]);

export interface AppTool {
  readonly id: string;
  readonly name: string;
  /** A command, paths (relative to the working folder), what is looked for. */
  readonly detail: string;
}

/** The use of a tool that an item is; null: it is none. */
export function toolOf(item: JsonObject, folder: string): AppTool | null {
  const [id, type] = [textIn(item["id"]), textIn(item["type"])];
  if (id === null || type === null || words.has(type)) return null;
  const command = textIn(item["command"]);
  const paths = objectsIn(item["changes"]).flatMap(({ path }) => textIn(path) ?? []);
  const at = textIn(item["path"]);
  const detail =
    command === null
      ? (textIn(item["query"]) ?? [...paths, ...(at === null ? [] : [at])].map((one) => inside(one, folder)).join(" "))
      : plainCommand(command);
  return { id, name: textIn(item["tool"]) ?? type, detail: detail.slice(0, longestDetail) };
}

const inside = (path: string, folder: string): string =>
  folder !== "" && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;

/** What a shell is given to run, else the command as it stands. */
export function plainCommand(command: string): string {
  const [shell = "", flag = "", script, ...more] = shellWords(command) ?? [];
  const isShell = /^(?:\/\S*\/)?(?:ba|z|da)?sh$/.test(shell) && /^-l?c$/.test(flag);
  return isShell && script !== undefined && more.length === 0 ? script : command;
}

/** What a request to run something is for; where that is not a command in the working folder, with what it is. */
export function askedCommand(params: JsonObject, folder: string): string | null {
  const command = textIn(params["command"]);
  const [kind, cwd] = [textIn(params["kind"]) ?? "command", textIn(params["cwd"])];
  const network = objectIn(params["networkApprovalContext"]);
  const plain = command === null ? null : plainCommand(command);
  if (network !== null) {
    const access = `${textIn(network["protocol"]) ?? "network"} access to ${textIn(network["host"]) ?? "a host"}`;
    return plain === null ? access : `${access}: ${plain}`;
  }
  if (plain === null || kind === "command") {
    const elsewhere = cwd !== null && folder !== "" && cwd !== folder;
    return plain !== null && elsewhere ? `cd ${inside(cwd, folder)} && ${plain}` : plain;
  }
  return `${kind}: ${plain}`;
}

/** What the changes of an item would do to files, as lines taken away and put in; null: it has none. */
export function changesDiff(item: JsonObject | null, folder: string): string | null {
  const changes = objectsIn(item?.["changes"]);
  if (changes.length === 0) return null;
  return cutChange(changes.map((change) => changeDiff(change, folder)).join("\n"));
}

function changeDiff(change: JsonObject, folder: string): string {
  const path = inside(textIn(change["path"]) ?? "a file", folder);
  const kind = objectIn(change["kind"]);
  const diff = (textIn(change["diff"]) ?? "").replace(/\n$/, "");
  const type = textIn(kind?.["type"]);
  const target = inside(textIn(kind?.["move_path"]) ?? path, folder);
  const head = [
    type === "add" ? "--- /dev/null" : `--- ${path}`,
    type === "delete" ? "+++ /dev/null" : `+++ ${target}`,
  ];
  if (type !== "add" && type !== "delete") return [...head, diff].join("\n");
  const mark = type === "add" ? "+" : "-";
  return [...head, ...(diff === "" ? [] : diff.split("\n").map((line) => mark + line))].join("\n");
}
