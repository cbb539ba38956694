import { failure, type Failure, type ReportedOutcome } from "../../domain/failure.ts";
import { countIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { rpcCodes, type RpcError } from "../programs/json-rpc.ts";
import { classifyError, errorSignal, type ErrorSignal } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";
import type { CodexLimits } from "./codex-limits.ts";

/** An error's text; a status and the provider's own answer stand in some of them. */
export function codexSignal(message: string): ErrorSignal {
  const [, status, rest = ""] = /^unexpected status (\d{3})[^:]{0,60}:\s*(.*)$/s.exec(message) ?? [];
  if (status !== undefined) {
    const body = rest.replace(/,\s*url:\s.*$/s, "");
    return { ...errorSignal(Number(status), body), message };
  }
  const last = /\blast status: (\d{3})\b/.exec(message)?.[1];
  if (last !== undefined) return { status: Number(last), codes: [], message };
  return message.trimStart().startsWith("{") ? errorSignal(null, message) : { status: null, codes: [], message };
}

/** It ended before it said anything: why stands on its standard error. */
export function startFailure(said: string, moment: Moment): Failure | null {
  const line = said.split("\n").findLast((one) => /^(?:error|not inside|failed to)\b/i.test(one));
  if (line === undefined) return null;
  if (noThread.test(line)) return failure("not_found", line, { reason: "session", retryable: true });
  return /error loading config|unknown variant|failed to read output schema|not inside a trusted directory/i.test(line)
    ? classifyError({ status: 400, codes: [], message: line }, moment)
    : null;
}

const noThread = /no rollout found|thread not found|invalid session id/i;

/** A request of ours was refused. */
export function requestFailure({ code, message }: RpcError, moment: Moment): Failure {
  if (noThread.test(message)) return failure("not_found", message, { reason: "session", retryable: true });
  const isOurs =
    code === rpcCodes.invalidRequest || code === rpcCodes.invalidParams || code === rpcCodes.methodNotFound;
  return classifyError({ ...codexSignal(message), ...(isOurs ? { status: 400 } : {}) }, moment);
}

/** A type that stands alone, or as the only name of an object with the status that was met. */
function typeOf(info: unknown): { readonly type: string | null; readonly status: number | null } {
  const alone = textIn(info);
  if (alone !== null) return { type: alone, status: null };
  const [type = null, more = null] = Object.entries(objectIn(info) ?? {})[0] ?? [];
  return { type, status: countIn(objectIn(more)?.["httpStatusCode"]) };
}

const reported: Readonly<Record<string, ReportedOutcome>> = {
  cyberPolicy: "refused",
  misalignmentPolicyViolation: "refused",
  inferenceHookDenied: "refused",
  tooManyDenials: "permission_denied",
  sessionBudgetExceeded: "budget",
};

/** What the `error` of a turn is where it is no error of the provider; null: it is one. */
export const reportedBy = (error: JsonObject): ReportedOutcome | null =>
  reported[typeOf(error["codexErrorInfo"]).type ?? ""] ?? null;

/** What the `error` of a turn means: {message, codexErrorInfo, additionalDetails}. */
export function turnFailure(error: JsonObject, limits: CodexLimits, moment: Moment): Failure {
  const message = messageOf(error);
  const said = codexSignal(message);
  const { type, status } = typeOf(error["codexErrorInfo"]);
  // A status says more than at which step it was met.
  const codes = type === null || type === "other" || status !== null ? said.codes : [type, ...said.codes];
  const failed = classifyError({ ...said, status: status ?? said.status, codes }, moment);
  return failed.reason === "plan_limit" ? { ...failed, resetAtMs: limits.resetAtMs ?? failed.resetAtMs } : failed;
}

export function messageOf(error: JsonObject): string {
  const [message, details] = [textIn(error["message"]), textIn(error["additionalDetails"])];
  if (details === null || message?.includes(details) === true) return message ?? "it gave no message";
  return message === null ? details : `${message} (${details})`;
}

/** A limit of the plan that was known before anything was asked. */
export const knownLimit = (limits: CodexLimits): Failure =>
  failure("rate_limit", "the plan's limit is used up, so that nothing was asked", {
    reason: "plan_limit",
    resetAtMs: limits.resetAtMs,
  });
