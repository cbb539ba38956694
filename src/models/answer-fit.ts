import { z } from "zod";

import type { Json } from "../domain/json.ts";
import { lastJsonObject } from "./answer-text.ts";

const mostFaults = 5;

/** What reads answers by a schema, and says what is wrong with one. */
export interface AnswerFit {
  /** The last object of a text that is meant as the answer; else the last there is; undefined where there is none. */
  readonly read: (text: string) => Json | undefined;
  /** Why a text does not hold the JSON object that was asked for, in words a model can act on; null: it does. */
  readonly fault: (text: string) => string | null;
}

/** Answers that fit a schema. What it says that cannot be looked at here is for whoever asked. */
export function answerFit(schema: Json): AnswerFit {
  const reader = readerOf(schema);
  const wanted = wantedKeys(schema);
  // One that says some of it and does not fit is asked for again: what it quotes before is not its answer.
  const isMeant = (answer: Json): boolean =>
    reader === null || reader.safeParse(answer).success || (isPlain(answer) && wanted.some((key) => key in answer));
  const read = (text: string): Json | undefined => lastJsonObject(text, isMeant);
  return {
    read,
    fault: (text) => {
      const answer = read(text);
      if (answer === undefined) return "it holds no JSON object";
      const found = reader?.safeParse(answer);
      return found === undefined || found.success ? null : faultsOf(found.error);
    },
  };
}

function faultsOf({ issues }: z.ZodError): string {
  const faults = issues.map(({ path, message }) => `${path.join(".") || "the answer"}: ${message}`);
  const more = faults.length > mostFaults ? `; and ${faults.length - mostFaults} more` : "";
  return faults.slice(0, mostFaults).join("; ") + more;
}

/** Null: the schema says what cannot be looked at here. */
function readerOf(schema: Json): z.ZodType | null {
  try {
    return z.fromJSONSchema(schema === true || !isPlain(schema) ? {} : schema);
  } catch {
    return null;
  }
}

/** Keys that an answer has to have. */
function wantedKeys(schema: Json): readonly string[] {
  const required = isPlain(schema) ? schema["required"] : undefined;
  return isList(required) ? required.filter((key) => typeof key === "string") : [];
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const isPlain = (schema: Json): schema is { readonly [key: string]: Json | undefined } =>
  typeof schema === "object" && schema !== null && !Array.isArray(schema);
