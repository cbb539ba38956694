import { workKinds } from "../domain/analysis.ts";
import type { Json } from "../domain/json.ts";

/**
 * The JSON Schemas models are asked to answer by. Written for the narrowest of the providers' subsets: every key is required,
 * none is extra, what may be missing is null, and counts stand in descriptions. Decoders take less than they ask for.
 */
export const text = (description: string): Json => ({ type: "string", description });
export const optional = (type: "string" | "integer", description: string): Json => ({
  type: [type, "null"],
  description,
});
export const list = (items: Json, description: string): Json => ({ type: "array", items, description });
export const shape = (properties: Readonly<Record<string, Json>>): Json => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

export const words = (description: string): Json => list({ type: "string" }, description);

export const planSchema: Json = shape({
  summary: text("The approach in one to three sentences"),
  steps: list(
    shape({
      id: text("S1, S2, ... in the order of work"),
      title: text("One line, as the subject of a commit"),
      details: text("What to change and how it is known to work"),
      files: words("Paths from the top of the repository that will change, as far as known"),
    }),
    "1 to 20 steps",
  ),
  risks: words("What could go wrong and deserves a reviewer's eye; may be empty"),
});

export const verdictSchema: Json = shape({
  verdict: { type: "string", enum: ["approve", "changes"], description: "approve only when nothing blocking is open" },
  summary: text("The judgement in one to three sentences"),
  findings: list(
    shape({
      id: optional("string", "Of an earlier finding that is still there, its id; null for a new one"),
      severity: { type: "string", enum: ["blocker", "major", "minor", "nit"] },
      file: optional("string", "Path from the top of the repository"),
      line: optional("integer", "Line in the new state of the file, from 1"),
      text: text("One problem: what is wrong, when it shows, what would settle it"),
    }),
    "New findings and earlier ones that are still there; may be empty",
  ),
  closed: words("Ids of earlier findings that are settled; may be empty"),
});

export const synthesisSchema: Json = shape({
  text: text("The one answer, complete by itself"),
  agrees: words("What the answers have in common and matters, a sentence each; may be empty"),
  differs: words("Where they contradict each other: who says what, and who is right; may be empty"),
});

export const splitSchema: Json = shape({
  parts: list(
    shape({
      goal: text("One sentence: what this part brings"),
      covers: words("Criteria of the task that it covers: A1, A2, ..."),
      quote: text("Words of the task that it is made from, letter by letter"),
      files: words("Paths from the top of the repository that will change, new ones too"),
      needs: words("Parts that have to be there first, as P1, P2, ... in this order; may be empty"),
      complexity: { type: "integer", description: "1 to 5" },
    }),
    "2 to 6 parts; empty where the task is kept whole",
  ),
  keep_whole: { type: "boolean", description: "true where the task is better done as one" },
});

export const joinSchema: Json = shape({
  summary: text("What the parts come to, in one to four sentences"),
  claims: list(
    shape({
      text: text("One thing that was brought about"),
      sources: words("Ids of the parts that bear it out, at least one"),
    }),
    "What the reports bear out",
  ),
  unmet: words("Criteria that nothing meets: A1, A2, ...; may be empty"),
});

export const opinionSchema: Json = shape({
  complexity: { type: "integer", description: "1 to 5, as the rules say" },
  kind: { type: "string", enum: [...workKinds] },
  needs: words("What somebody has to know or have before they begin, a phrase each; may be empty"),
  split: {
    type: "boolean",
    description: "Whether parts of it could be done at the same time without touching the same files",
  },
});
