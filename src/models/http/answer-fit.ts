import { z } from "zod";

import type { Json } from "../../domain/json.ts";
import { lastJsonObject } from "../answer-text.ts";

const mostFaults = 5;

/** Why a text does not hold the JSON object that was asked for, in words a model can act on; null: it does. */
export function answerFault(text: string, schema: Json): string | null {
  const answer = lastJsonObject(text);
  if (answer === undefined) return "it holds no JSON object";
  const read = readerOf(schema)?.safeParse(answer);
  if (read === undefined || read.success) return null;
  const faults = read.error.issues.map(({ path, message }) => `${path.join(".") || "the answer"}: ${message}`);
  const more = faults.length > mostFaults ? `; and ${faults.length - mostFaults} more` : "";
  return faults.slice(0, mostFaults).join("; ") + more;
}

/** Null: the schema says what cannot be looked at here; then whoever asked looks at the answer. */
function readerOf(schema: Json): z.ZodType | null {
  try {
    return z.fromJSONSchema(schema === true || !isPlain(schema) ? {} : schema);
  } catch {
    return null;
  }
}

const isPlain = (schema: Json): schema is { readonly [key: string]: Json | undefined } =>
  typeof schema === "object" && schema !== null && !Array.isArray(schema);
