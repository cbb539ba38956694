import type { ErrorReason } from "./failure.ts";

/** What a failure is in words, by the detail its provider gave; the codes are in the ledger and in JSON. */
const reasonWords: Readonly<Record<ErrorReason, string>> = {
  bad_key: "the key is not accepted",
  forbidden: "not allowed for this key",
  throttled: "too many requests",
  per_minute: "the limit of a minute is reached",
  per_day: "the limit of a day is reached",
  quota_exhausted: "the quota is used up",
  spend_cap: "the provider's spending cap is reached",
  plan_limit: "the limit of the plan is reached",
  server: "fault of the provider",
  startup: "it did not start in time",
  idle: "it said nothing for too long",
  wall: "it took too long",
  first_chunk: "no answer began in time",
  chunk: "the answer stopped in the middle",
  bad_request: "the request was refused",
  context_overflow: "too long for the model",
  model: "the model is not known there",
  endpoint: "the address is not known there",
  session: "the session to go on with is not known there",
  offline: "no way to the provider",
  cut: "the connection was cut",
  refused_connection: "the connection was refused",
  bad_stream: "the answer cannot be read",
  bad_schema: "the answer is not in the form that was asked for",
  crash: "the program crashed",
  no_answer: "it ended without an answer",
  spawn: "the program could not be started",
  unknown: "of an unknown kind",
};

const isKnown = (reason: string): reason is ErrorReason => Object.hasOwn(reasonWords, reason);

/** What happened, in words where they are known, and what was said of it. */
export const failureText = (failure: {
  readonly type: string;
  readonly reason: string | null;
  readonly message: string;
}): string => `${failureWords(failure)}: ${failure.message}`;

function failureWords({ type, reason }: { readonly type: string; readonly reason: string | null }): string {
  if (reason === null || reason === "unknown") return type.replaceAll("_", " ");
  return isKnown(reason) ? reasonWords[reason] : `${type.replaceAll("_", " ")} (${reason})`;
}
