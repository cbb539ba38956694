import type { AskAnswer, AskEnd, AskFailure, AskUsage, Synthesis, SynthesisEnd } from "../../domain/ask.ts";
import type { ModelName } from "../../domain/ids.ts";
import { totalTokens } from "../../domain/money.ts";
import { askTotals } from "../json/ask-json.ts";
import { counted, money, tokens } from "../text/amounts.ts";
import { cleanLines } from "../text/clean.ts";
import { duration } from "../text/durations.ts";

const longestAnswer = 1024 * 1024;

/** What an answer took: 9s, 2 tries, 412 tokens, $0.02. */
const usageText = ({ durationMs, attempts, usage, cost }: AskUsage): string =>
  cost.source === "cached"
    ? `an earlier answer, ${money(cost)}`
    : [
        duration(durationMs),
        ...(attempts === 1 ? [] : [counted(attempts, "try", "tries")]),
        ...(attempts === 0 ? [] : [`${tokens(totalTokens(usage))} tokens`, money(cost)]),
      ].join(", ");

export const errorText = ({ error: { type, reason, message } }: AskFailure): string =>
  `${type}${reason === null ? "" : ` (${reason})`}: ${message}`;

/** Each answer, or why there is none, under its model's name. */
export function answerLines(end: AskAnswer | AskFailure, scripted: ReadonlySet<ModelName> = none): readonly string[] {
  const spent = `(${scripted.has(end.model) ? "scripted, " : ""}${usageText(end)})`;
  return "text" in end
    ? [`── ${end.model} ${spent}`, ...textLines(end.text), ""]
    : [`── ${end.model} has no answer ${spent}`, errorText(end), ""];
}

const none: ReadonlySet<ModelName> = new Set();

export function synthesisLines(end: SynthesisEnd): readonly string[] {
  if ("error" in end) return [`── no synthesis by ${end.model} (${usageText(end)})`, errorText(end), ""];
  return [`── synthesis by ${end.model} (${usageText(end)})`, ...textLines(synthesisText(end)), ""];
}

/** The answer with what the others have in common, and where they differ. */
export const synthesisText = ({ text, agrees, differs }: Synthesis): string =>
  [text.trim(), ...points("They agree:", agrees), ...points("They differ:", differs)].join("\n");

const points = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ["", title, ...items.map((item) => `- ${item}`)];

/** 2 of 3 answered in 18s, 1.2k tokens, $0.04 */
export function totalLine(end: AskEnd): string {
  const { usage, cost } = askTotals(end);
  const asked = end.results.length + end.failures.length;
  return `${end.results.length} of ${asked} answered in ${duration(end.durationMs)}, ${tokens(totalTokens(usage))} tokens, ${money(cost)}`;
}

/** Line by line, without the empty ones at its ends. */
const textLines = (text: string): readonly string[] => cleanLines(text.trim(), { max: longestAnswer });
