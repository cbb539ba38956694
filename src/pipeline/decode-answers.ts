import { z } from "zod";

import { workKinds, type WorkKind } from "../domain/analysis.ts";
import type { Plan, Verdict } from "../domain/answers.ts";
import type { Synthesis } from "../domain/ask.ts";
import { severities } from "../domain/settings.ts";

/** `error` is one line in words a model can act on. */
export type Decoded<T> = { readonly ok: T } | { readonly error: string };

const longestTitle = 120;
const longestText = 20_000;
const longestId = 100;
/** All that an answer says: it is kept, shown, and told to others. */
const longestAnswer = 256_000;
export const mostSteps = 20;
const mostFindings = 100;

/** Models write null for what they leave out, and leave out what they should write as empty. */
const text = z.string().max(longestText);
export const optionalText = text.nullish().transform((value) => value?.trim() ?? "");
export const requiredText = text.trim().min(1, "must not be empty");
export const orEmpty = <T>(list: z.ZodType<readonly T[]>) => list.nullish().transform((values) => values ?? []);
export const texts = orEmpty(z.array(text)).transform((values) =>
  values.map((value) => value.trim()).filter((value) => value !== ""),
);

/** Without spaces and signs, in capitals: " st-1" is ST1. */
export const plainId = (id: string): string =>
  id
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toUpperCase()
    .slice(0, longestId);
export const ids = texts.transform((values) => values.map(plainId));

const longestSentence = 400;

/** What is asked for as a sentence is kept as one line that can be read at a glance. */
export const sentence = (value: string): string => cut(value.replace(/\s+/g, " "), longestSentence);

/** A title ends up in the subject of a commit: one line, not too long. */
export const title = requiredText.transform((value) => cut(value.replace(/\s+/g, " "), longestTitle));

const planSchema = z.object({
  summary: optionalText,
  steps: z
    .array(z.object({ title, details: optionalText, files: texts }))
    .min(1, "a plan has at least one step")
    .max(mostSteps, `a plan has at most ${mostSteps} steps; join small ones`),
  risks: texts,
});

const word = z.string().trim().toLowerCase();
const findingSchema = z.object({
  id: z
    .string()
    .nullish()
    .transform((value) => idOf(value)),
  severity: word.pipe(z.enum(severities)),
  file: optionalText.transform((value) => (value === "" ? null : value)),
  line: z
    .union([z.number(), z.string()])
    .nullish()
    .catch(null)
    .transform((value) => lineOf(value)),
  text: requiredText,
});

const verdictSchema = z.object({
  verdict: word.pipe(z.enum(["approve", "changes"])),
  summary: optionalText,
  findings: orEmpty(
    z.array(findingSchema).max(mostFindings, `name at most ${mostFindings} findings, the gravest ones`),
  ),
  closed: texts.transform((values) => values.map((value) => idOf(value)).filter((id) => id !== null)),
});

const synthesisSchema = z.object({ text: requiredText, agrees: texts, differs: texts });

/** A number is taken as it is meant; what is beside it is help. */
const opinionSchema = z.object({
  complexity: z.coerce.number().pipe(z.number().min(1, "is 1 to 5").max(5, "is 1 to 5")),
  kind: word.pipe(z.enum(workKinds)).nullish().catch(null),
  needs: texts.transform((values) => values.map((value) => cut(value.replace(/\s+/g, " "), longestTitle))).catch([]),
  split: z.boolean().nullish().catch(null),
});

/** What an analyst thinks of a task. */
export interface Opinion {
  readonly complexity: number;
  /** Null: nothing that we know. */
  readonly kind: WorkKind | null;
  readonly needs: readonly string[];
  /** Whether it is more than one piece of work; null: nothing was said of that. */
  readonly split: boolean | null;
}

/** A planner's answer. Steps are renamed S1, S2, ... in their order; keys it was not asked for are dropped. */
export function decodePlan(answer: unknown): Decoded<Plan> {
  const read = decode(planSchema, answer);
  if ("error" in read) return read;
  const { summary, steps, risks } = read.ok;
  return { ok: { summary, steps: steps.map((step, index) => ({ id: `S${index + 1}`, ...step })), risks } };
}

/** A reviewer's answer. Ids are trimmed and written in capitals; whether they exist is not looked at here. */
export const decodeVerdict = (answer: unknown): Decoded<Verdict> => decode(verdictSchema, answer);

/** An analyst's answer; only the number is asked for strictly. */
export function decodeOpinion(answer: unknown): Decoded<Opinion> {
  const read = decode(opinionSchema, answer);
  if ("error" in read) return read;
  const { complexity, kind, needs, split } = read.ok;
  return { ok: { complexity: Math.round(complexity), kind: kind ?? null, needs, split: split ?? null } };
}

/** A synthesizer's answer. */
export const decodeSynthesis = (answer: unknown): Decoded<Synthesis> => decode(synthesisSchema, answer);

/** The answer as the schema has it, or what of it does not fit. */
export function decode<T>(schema: z.ZodType<T>, answer: unknown): Decoded<T> {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    return { error: "the answer holds no JSON object" };
  }
  const letters = JSON.stringify(answer).length;
  if (letters > longestAnswer)
    return { error: `the answer has ${letters} letters, and ${longestAnswer} are the most there may be; be brief` };
  const read = schema.safeParse(answer);
  if (read.success) return { ok: read.data };
  const faults = read.error.issues.slice(0, 5).map((issue) => `${pathOf(issue.path)}: ${issue.message}`);
  const more = read.error.issues.length - faults.length;
  return { error: faults.join("; ") + (more > 0 ? `; and ${more} more` : "") };
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");

/** "[f1]" and " F1 " are F1. Null: nothing was named. */
function idOf(value: string | null | undefined): string | null {
  const id = (value ?? "").replace(/[^\p{L}\p{N}_-]/gu, "").toUpperCase();
  return id === "" ? null : id;
}

/** A whole number from 1; of a range its first. */
function lineOf(value: number | string | null | undefined): number | null {
  const line = typeof value === "string" ? Number.parseInt(value.replace(/^\D+/, ""), 10) : value;
  return line !== null && line !== undefined && Number.isSafeInteger(line) && line >= 1 ? line : null;
}

/** Half of a surrogate pair is not left at the end. */
export const cut = (value: string, most: number): string =>
  value.length <= most
    ? value
    : `${value
        .slice(0, most - 1)
        .replace(/[\uD800-\uDBFF]$/, "")
        .trimEnd()}…`;
