import { failure, type Failure } from "../domain/failure.ts";
import { objectIn, objectOfLine, textIn, type JsonObject } from "./json-line.ts";
import { errorTable, matchedBy, type ErrorRow, type MatchedBy } from "./provider-error-table.ts";
import { firstWait, nextMonthMs, noWait, waitInDetails, waitInHeaders, waitInText, type Moment } from "./wait-hints.ts";

/** What a provider or an agent said on an error channel, before anything is made of it. */
export interface ErrorSignal {
  /** HTTP status; null: none was seen. */
  readonly status: number | null;
  /** Machine words of the error, in any order; unknown ones are passed over. */
  readonly codes: readonly string[];
  readonly message: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The structured error, where it may say how long to wait. */
  readonly details?: JsonObject | null;
  /** The endpoint is on this machine: who refuses the connection there is not running. */
  readonly isLocal?: boolean;
}

const longestMessage = 4_000;
const grounds: readonly MatchedBy[] = ["code", "status", "text"];

/** The failure an error signal means. An unknown 4xx is the request's fault, anything else unknown the provider's. */
export function classifyError(signal: ErrorSignal, moment: Moment): Failure {
  const row = rowOf(signal) ?? unknownOf(signal.status);
  const { type, ends } = row;
  const isRefused = signal.isLocal === true && /ECONNREFUSED/.test([...signal.codes, signal.message].join(" "));
  const reason = type === "network" && isRefused ? "refused_connection" : row.reason;
  const { retryAfterMs, resetAtMs } = mayWait.has(type) ? waitOf(signal, moment) : noWait;
  const message = signal.message.trim().slice(0, longestMessage);
  return failure(type, message === "" ? "it gave no message" : message, {
    reason,
    retryable: row.retryable && reason !== "refused_connection",
    retryAfterMs,
    resetAtMs: resetAtMs ?? (ends === "next_month" ? nextMonthMs(moment.nowMs) : null),
  });
}

const mayWait: ReadonlySet<Failure["type"]> = new Set([
  "rate_limit",
  "overloaded",
  "timeout",
  "api",
  "network",
] as const);

/** The row that decides; null: none fits. */
export function rowOf(signal: ErrorSignal): ErrorRow | null {
  for (const ground of grounds) {
    const row = errorTable.find((one) => matchedBy(one) === ground && fits(one, signal));
    if (row !== undefined) return row;
    // A status that is an error is a better word than any text.
    if (ground === "status" && signal.status !== null && signal.status >= 400) return null;
  }
  return null;
}

const fits = ({ codes, statuses, text }: ErrorRow, signal: ErrorSignal): boolean =>
  (codes === undefined || codes.some((code) => signal.codes.some((given) => isCode(code, given)))) &&
  (statuses === undefined || (signal.status !== null && statuses.includes(signal.status))) &&
  (text === undefined || text.test(signal.message.slice(0, longestMessage)));

const isCode = (code: string | RegExp, given: string): boolean =>
  typeof code === "string" ? code.toLowerCase() === given.toLowerCase() : code.test(given);

function unknownOf(status: number | null): ErrorRow {
  if (status !== null && status >= 400 && status < 500) {
    return { type: "invalid_request", reason: "bad_request", retryable: false };
  }
  return { type: "api", reason: status !== null && status >= 500 ? "server" : "unknown", retryable: true };
}

function waitOf({ headers = {}, details = null, message }: ErrorSignal, moment: Moment) {
  return firstWait([
    waitInHeaders(headers, moment),
    details === null ? noWait : waitInDetails(details),
    waitInText(message, moment),
  ]);
}

const mostCodes = 20;
const codeFields = ["type", "code", "status", "error_code", "reason", "quotaId", "quota_id"] as const;

/**
 * Reads the body of an answer that is an error, in the shapes of Anthropic, OpenAI and those like it, Google (also as a list
 * of one), and Ollama (`error` is the text). What is no JSON (a proxy's page) gives its beginning as the message.
 */
export function errorSignal(
  status: number | null,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ErrorSignal {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const text = body.trim();
  const object = objectOfLine(text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text);
  if (object === null) return { status, codes: [], message: text.slice(0, 400), headers: lower };
  const given = objectIn(objectIn(object["response"])?.["error"]) ?? objectIn(object["error"]);
  const error = given ?? object;
  const message = textIn(object["error"]) ?? textIn(error["message"]) ?? text.slice(0, 400);
  return { status, codes: codesIn(error), message, headers: lower, details: error };
}

/** The words of an error and of its details, wherever they stand. */
function codesIn(error: JsonObject): readonly string[] {
  const codes: string[] = [];
  const open: unknown[] = [error];
  for (let seen = 0; open.length > 0 && seen < 100; seen += 1) {
    const next = open.shift();
    const object = objectIn(next);
    for (const field of codeFields) {
      const code = textIn(object?.[field]);
      if (code !== null && codes.length < mostCodes) codes.push(code.slice(0, 200));
    }
    const inner: readonly unknown[] = Array.isArray(next) ? next : Object.values(object ?? {});
    open.push(...inner.filter((value) => typeof value === "object"));
  }
  return codes;
}
