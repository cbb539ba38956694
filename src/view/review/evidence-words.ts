import { isList, isRecord, type Json } from "../../domain/json.ts";
import { dollars } from "../text/amounts.ts";

/** What a question carries beside its text, each under a label a person reads, in words and never as JSON. */
export interface EvidenceFact {
  readonly label: string;
  readonly text: string;
}

type Format = (value: Json) => string;

/** Anything in words: lists a line each where they are long, records as `name: value` lines. */
export function readable(value: Json): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value);
  if (isList(value)) return listText(value.map(readable));
  const lines = Object.entries(value).map(([name, each]) => {
    const text = readable(each ?? null);
    return text.includes("\n") ? `${spoken(name)}:\n${indented(text)}` : `${spoken(name)}: ${text}`;
  });
  return lines.length === 0 ? "none" : lines.join("\n");
}

const shortList = 80;

function listText(parts: readonly string[]): string {
  if (parts.length === 0) return "none";
  const isShort = parts.every((part) => !part.includes("\n")) && parts.join(", ").length <= shortList;
  return isShort ? parts.join(", ") : parts.map((part) => `- ${part.replaceAll("\n", "\n  ")}`).join("\n");
}

const indented = (text: string): string => text.replaceAll(/^/gm, "  ");

/** raiseMicros, proven_by: as a person says them. */
const spoken = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();

const commit: Format = (value) => (typeof value === "string" ? value.slice(0, 12) : readable(value));
const amount: Format = (value) => (typeof value === "number" ? dollars(value) : readable(value));
const words: Format = (value) => (typeof value === "string" ? value.replaceAll("_", " ") : readable(value));

/** Checks by name, with what they run and the end of what they said. */
const checks: Format = (value) =>
  isList(value)
    ? value
        .map((one) => {
          if (!isRecord(one) || typeof one["name"] !== "string") return readable(one);
          const { name, command, tail } = one;
          const end = typeof tail === "string" && tail.trim() !== "" ? `\n${indented(tail.trimEnd())}` : "";
          return `${name}${typeof command === "string" ? `: ${command}` : ""}${end}`;
        })
        .join("\n")
    : readable(value);

const findings: Format = (value) =>
  isList(value) && value.length > 0
    ? value
        .map((one) => {
          if (!isRecord(one)) return readable(one);
          const { id, severity, file, line, text } = one;
          const place = typeof file === "string" ? ` ${file}${typeof line === "number" ? `:${line}` : ""}` : "";
          return `${readable(id ?? "")} ${readable(severity ?? "")}${place}: ${readable(text ?? "")}`;
        })
        .join("\n")
    : readable(value);

const plan: Format = (value) => {
  if (!isRecord(value) || !isList(value["steps"])) return readable(value);
  const titles = value["steps"].map((step) => (isRecord(step) ? readable(step["title"] ?? "") : readable(step)));
  return [readable(value["summary"] ?? ""), ...titles.map((title, index) => `${index + 1}. ${title}`)].join("\n");
};

const proofWord: Readonly<Record<string, string>> = {
  checks: "all of its checks passed",
  partly: "some of its checks passed",
  none: "no check proves it",
};
const proof: Format = (value) => (typeof value === "string" ? (proofWord[value] ?? words(value)) : readable(value));

/** Every field that any question carries, in the order in which they are read. */
const known: Readonly<Record<string, readonly [label: string, format: Format]>> = {
  why: ["because", (value) => (isList(value) ? value.map(readable).join("\n") : readable(value))],
  error: ["what failed", readable],
  tool: ["tool", readable],
  command: ["command", readable],
  diff: ["change", readable],
  "always means": ["always means", readable],
  "without an answer": ["unanswered", readable],
  risk: ["risk", readable],
  proof: ["proof", proof],
  proven_by: ["proven by", readable],
  planner: ["planned by", readable],
  model: ["model", readable],
  reviewer: ["reviewed by", readable],
  summary: ["verdict", readable],
  findings: ["open findings", findings],
  proposed: ["proposed", readable],
  said: ["it says", readable],
  part: ["part", readable],
  subject: ["part", readable],
  step: ["step", readable],
  round: ["round", readable],
  plan: ["plan", plan],
  checks: ["checks", checks],
  output: ["output", readable],
  inputs: ["gate changed in", readable],
  old_expectations_changed: ["old expectations", readable],
  by_the_gate_of_the_base: ["base's gate says", readable],
  by_its_own_gate: ["its gate says", readable],
  touched: ["it touches", readable],
  files: ["files", readable],
  conflict_markers_in: ["markers left in", readable],
  goal: ["new goal", readable],
  details: ["new details", readable],
  since: ["since", readable],
  ran: ["ran meanwhile", readable],
  changed: ["was changed", readable],
  type: ["kind of fault", words],
  reason: ["reason", words],
  budget: ["budget", readable],
  raiseMicros: ["raised by", amount],
  grantMicros: ["may spend more", amount],
  wantedMicros: ["next call wants", amount],
  into: ["merged into", readable],
  branch: ["branch", readable],
  with: ["in conflict with", commit],
  worktree: ["worktree", readable],
  commit: ["commit", commit],
  culprit: ["red by", readable],
  failures: ["failing", readable],
  dependants: ["done, and needs it", readable],
  from: ["from commit", commit],
  to: ["to commit", commit],
  base: ["base", commit],
  at: ["branch is at", commit],
  key: ["piece of work", readable],
};

const places = new Map(Object.keys(known).map((name, index) => [name, index]));

/** What is not said is left out; what nobody knows a label for comes last, under its own name. */
export function evidenceFacts(evidence: Readonly<Record<string, Json>>): readonly EvidenceFact[] {
  const placeOf = (name: string): number => places.get(name) ?? places.size;
  return Object.entries(evidence)
    .filter(([, value]) => value !== null && value !== "")
    .toSorted(([a], [b]) => placeOf(a) - placeOf(b))
    .map(([name, value]) => {
      const [label, format] = known[name] ?? [spoken(name), readable];
      return { label, text: format(value) };
    });
}
