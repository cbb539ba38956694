import type { Failure } from "../../domain/failure.ts";
import { countIn, textIn, type JsonObject } from "../json-line.ts";
import { classifyError } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";

/** What the last line of an API error said besides its end. */
export interface ClaudeErrorWords {
  readonly error?: string | null;
  readonly apiError?: string | null;
}

/** These say more than the provider's own type; the others (server_error, unknown) say less. */
const telling: ReadonlySet<string> = new Set(["billing_error", "authentication_failed", "model_not_found"]);

export const isOverLimit = (limit: JsonObject | null): boolean => limit?.["status"] === "rejected";

/** A plan that is used up while its account would go on buying. */
export const overrunFailure = (limit: JsonObject, moment: Moment): Failure =>
  classifyError(
    {
      status: null,
      codes: ["usage_limit_reached"],
      message: "the plan is used up; what follows would be paid beside it (budget.metered_fallback: false)",
      details: limit,
    },
    moment,
  );

/** What the `result` line of an error means. `limit` is the window of the plan that was used up on the way, if one was. */
export function claudeFailure(
  result: JsonObject,
  words: ClaudeErrorWords,
  limit: JsonObject | null,
  moment: Moment,
): Failure {
  const status = countIn(result["api_error_status"]);
  const [apiError, apiType] = [textIn(result["api_error"]) ?? words.apiError ?? null, textIn(result["api_error_type"])];
  const codes = [apiError, apiType, textIn(result["terminal_reason"]), textIn(result["subtype"])];
  const { error = null } = words;
  const isOnlyWord = status === null && apiError === null && apiType === null;
  if (error !== null && (telling.has(error) || isOnlyWord)) codes.push(error);
  const isPlan = apiError === "usage_limit_reached" || (limit !== null && (status === 429 || status === null));
  if (isPlan && limit !== null) codes.push("usage_limit_reached");
  return classifyError(
    {
      status,
      // A reason to end that every error of the provider has.
      codes: codes.filter((code) => code !== null).filter((code) => code !== "api_error" && code !== "success"),
      message: messageOf(result),
      details: isPlan ? limit : null,
    },
    moment,
  );
}

function messageOf(result: JsonObject): string {
  const errors: unknown = result["errors"];
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [];
  return textIn(result["result"]) ?? list.flatMap((error) => textIn(error) ?? []).join("; ");
}
