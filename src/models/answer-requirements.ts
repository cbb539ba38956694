import { failure } from "../domain/failure.ts";
import type { Json } from "../domain/json.ts";
import type { AdapterOutcome, CallSpec } from "../engine/ports/adapter.ts";
import { answerFit } from "./answer-fit.ts";
import { lastJsonObject } from "./answer-text.ts";

/** What an answer must have to be one. */
export interface AnswerRequirements {
  /** Names the model in messages. */
  readonly program: string;
  /** The answer is a JSON object. */
  readonly schema: boolean;
  /** Reads it out of a text; not given: as the last object there is. */
  readonly read?: (text: string) => Json | undefined;
  /** No text at all is an answer too: what counts is the diff. */
  readonly maySayNothing: boolean;
  /** A plan pays, and nothing beside it may. */
  readonly staysInPlan?: boolean;
}

export const answerRequirements = (
  spec: Pick<CallSpec, "model" | "schema" | "role" | "paysBeyondPlan">,
): AnswerRequirements => ({
  program: spec.model.name,
  schema: spec.schema !== null,
  ...(spec.schema === null ? {} : { read: answerFit(spec.schema).read }),
  maySayNothing: spec.role === "implementer",
  staysInPlan: spec.model.billing === "subscription" && spec.paysBeyondPlan !== true,
});

/** The outcome of a text that is whole. `said` is the end of what the program said on its standard error. */
export function answered(text: string, asked: AnswerRequirements, said = ""): AdapterOutcome {
  const answer = asked.schema ? (asked.read ?? lastJsonObject)(text) : undefined;
  const isFitting = asked.schema ? answer !== undefined : asked.maySayNothing || text !== "";
  if (isFitting) return { kind: "success", text, answer: answer ?? null, failure: null };
  const missing = asked.schema ? "without a JSON object in its answer" : "without an answer";
  const message = `${asked.program} ended ${missing}${said === "" ? "" : `: ${said}`}`;
  return { kind: "error", text, answer: null, failure: failure("parse", message, { reason: "no_answer" }) };
}
