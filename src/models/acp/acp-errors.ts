import { failure, type Failure } from "../../domain/failure.ts";
import { countIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { rpcCodes, type RpcError } from "../programs/json-rpc.ts";
import { classifyError, errorSignal, rowOf, type ErrorSignal } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";

/** Codes that the Agent Client Protocol adds to those of JSON-RPC. */
const authRequired = -32000;
const resourceNotFound = -32002;

export const wantsLogin = ({ code }: RpcError): boolean => code === authRequired;

/**
 * Agents say what went wrong with their provider each in their own way: an HTTP status as the code with the provider's body or
 * its message alone as the message (gemini); -32603 with `data.errorName` (opencode) or `data.errorKind` (claude);
 * -32000 where somebody has to log in. Some say it in the text of a turn that ends well (codex, for limits and overload):
 * that is not looked for, since a model may write the same words. `said`: names of errors from standard error.
 */
export function acpFailure(error: RpcError, said: readonly string[], moment: Moment): Failure {
  const message = messageOf(error);
  if (wantsLogin(error)) return failure("auth", message, { reason: "bad_key" });
  if (lost.test(message)) return failure("not_found", message, { reason: "session", retryable: true });
  const signal = signalOf(error, message, said);
  const row = rowOf(signal);
  if (row !== null) return classifyError(moreExact(signal), moment);
  if (error.code === resourceNotFound) return failure("not_found", message);
  const isOurs =
    error.code === rpcCodes.invalidParams ||
    error.code === rpcCodes.invalidRequest ||
    error.code === rpcCodes.methodNotFound;
  return isOurs ? failure("invalid_request", message, { reason: "bad_request" }) : classifyError(signal, moment);
}

const lost = /no previous sessions|no conversation found|session .{0,80}not found/i;

/** A session that an agent cannot go on with: it is begun anew. */
export const sessionLost = (error: RpcError): Failure =>
  failure("not_found", `the session cannot be gone on with: ${messageOf(error)}`, {
    reason: "session",
    retryable: true,
  });

const longestMessage = 4_000;
const internal = /^internal error(?::\s*|$)/i;

function messageOf({ message, data }: RpcError): string {
  const own = message.replace(internal, "");
  const details = textIn(data["details"]) ?? textIn(data["message"]) ?? textIn(objectIn(data["error"])?.["message"]);
  const parts = [own, details === null || own.includes(details) ? "" : details].filter((part) => part !== "");
  return parts.length === 0 ? "the agent gave no reason" : parts.join(": ").slice(0, longestMessage);
}

function signalOf({ code, message, data }: RpcError, whole: string, said: readonly string[]): ErrorSignal {
  const body = errorSignal(null, message);
  const isBody = body.details !== undefined;
  const given = errorSignal(null, JSON.stringify(data));
  const names = [data["errorName"], data["errorKind"]].map(textIn).filter((name) => name !== null);
  return {
    status: isStatus(code) ? code : statusIn(data),
    codes: [...body.codes, ...given.codes, ...names, ...said],
    message: isBody ? body.message : whole,
    details: isBody ? (body.details ?? null) : (given.details ?? null),
  };
}

const isStatus = (code: number | null): code is number => code !== null && code >= 400 && code < 600;

const statusIn = (data: JsonObject): number | null =>
  [data["status"], data["statusCode"], data["httpStatus"]].map(countIn).find((status) => isStatus(status)) ?? null;

/** The message where it says more of the same kind of error than a code or a status: a limit of the plan is one of the rate. */
function moreExact(signal: ErrorSignal): ErrorSignal {
  const exact: ErrorSignal = { ...signal, status: null, codes: [] };
  const [row, text] = [rowOf(signal), rowOf(exact)];
  const isMore = text !== null && text.type === row?.type && text.reason !== row.reason && row.reason === "throttled";
  return isMore ? exact : signal;
}
