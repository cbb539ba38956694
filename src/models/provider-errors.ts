import { brand } from "../domain/brand.ts";
import { failure, type Failure } from "../domain/failure.ts";
import { kinds, type ErrorRow } from "./error-kinds.ts";
import { objectIn, objectOfLine, textIn, type JsonObject } from "./json-line.ts";
import { errorTable, matchedBy, type MatchedBy } from "./provider-error-table.ts";
import { genericTable, refined, tellingTable } from "./telling-table.ts";
import { firstWait, nextMonthMs, noWait, waitInDetails, waitInHeaders, waitInText } from "./wait-hints.ts";
import type { Moment } from "./written-instant.ts";

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

/** The failure an error signal means. An unknown 4xx is the request's fault, anything else unknown the provider's. */
export function classifyError(signal: ErrorSignal, moment: Moment): Failure {
  const row = rowOf(signal) ?? unknownOf(signal.status);
  const { type, ends } = row;
  const isRefused = signal.isLocal === true && /ECONNREFUSED/.test([...signal.codes, signal.message].join(" "));
  const reason = type === "network" && isRefused ? "refused_connection" : row.reason;
  const { retryAfterMs, resetAtMs } = mayWait.has(type) ? waitOf(signal, moment) : noWait;
  const message = signal.message.trim().slice(0, longestMessage);
  return failure(type, message === "" ? "it gave no message" : withRemedy(message), {
    reason,
    retryable: row.retryable && reason !== "refused_connection",
    retryAfterMs,
    resetAtMs: resetAtMs ?? (ends === "next_month" ? nextMonthMs(moment.nowMs) : null),
  });
}

const missingVariables = [
  /[Mm]issing environment variable:? [`"']?([A-Z][A-Z\d_]{2,})/,
  /[Ee]nvironment variable [`"']?([A-Z][A-Z\d_]{2,})[`"']? (?:is )?(?:missing|not set|not found|required|undefined)/,
  /\b([A-Z][A-Z\d_]{2,})[`"']? environment variable (?:is )?(?:missing|not set|not found|required|undefined)/,
];

/** A variable that the user has set is missing all the same: it is kept away until somebody passes it. */
function withRemedy(message: string): string {
  const name = missingVariables.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  return name === undefined
    ? message
    : `${message} (a variable of yours reaches a model where ${brand.settingsFile} passes it: env: {pass: [${name}]})`;
}

const mayWait: ReadonlySet<Failure["type"]> = new Set([
  "rate_limit",
  "overloaded",
  "timeout",
  "api",
  "network",
] as const);

/**
 * The row that decides; null: none fits. A word of its own beats all; then what is told by the text, a header and the status,
 * in this order; words that many errors share come last.
 */
export function rowOf(signal: ErrorSignal): ErrorRow | null {
  const code = rowBy("code", signal);
  if (code !== null && !isBroad(code, signal)) return code;
  const told = tellingTable.find((row) => tells(row, signal)) ?? toldByHeaders(signal) ?? code;
  if (told !== null) return told;
  const status = rowBy("status", signal);
  if (status !== null || isErrorStatus(signal.status)) return status;
  return rowBy("text", signal) ?? genericTable.find((row) => fits(row, signal)) ?? null;
}

const rowBy = (ground: MatchedBy, signal: ErrorSignal): ErrorRow | null =>
  errorTable.find((row) => matchedBy(row) === ground && fits(row, signal)) ?? null;

const isErrorStatus = (status: number | null): status is number => status !== null && status >= 400;

/** Whether its machine word is one that limits and missing things are given too. */
function isBroad({ reason }: ErrorRow, { status }: ErrorSignal): boolean {
  if (reason === "throttled" || reason === "endpoint") return true;
  return (reason === "bad_key" || reason === "forbidden") && isErrorStatus(status);
}

/** Texts also count where no status of an error was seen. */
const tells = (row: ErrorRow, signal: ErrorSignal): boolean =>
  fits(row, signal) ||
  (row.text !== undefined && !isErrorStatus(signal.status) && row.text.test(signal.message.slice(0, longestMessage)));

function toldByHeaders({ status, headers = {} }: ErrorSignal): ErrorRow | null {
  const isRefined = status !== null && refined.includes(status);
  if (isRefined && headers["anthropic-ratelimit-unified-status"] === "rejected") return kinds.plan;
  // Nobody says when to come back to somebody who may not come.
  const isLater = headers["x-ratelimit-remaining"]?.trim() === "0" || headers["retry-after"] !== undefined;
  return status === 403 && isLater ? kinds.throttled : null;
}

const fits = ({ codes, statuses, text }: ErrorRow, signal: ErrorSignal): boolean =>
  (codes === undefined || codes.some((code) => signal.codes.some((given) => isCode(code, given)))) &&
  (statuses === undefined || (signal.status !== null && statuses.includes(signal.status))) &&
  (text === undefined || text.test(signal.message.slice(0, longestMessage)));

const isCode = (code: string | RegExp, given: string): boolean =>
  typeof code === "string" ? code.toLowerCase() === given.toLowerCase() : code.test(given);

function unknownOf(status: number | null): ErrorRow {
  if (status !== null && status >= 400 && status < 500) {
    return kinds.badRequest;
  }
  return status !== null && status >= 500 ? kinds.server : { type: "api", reason: "unknown", retryable: true };
}

function waitOf({ headers = {}, details = null, message }: ErrorSignal, moment: Moment) {
  return firstWait([
    waitInHeaders(headers, moment),
    details === null ? noWait : waitInDetails(details, moment),
    waitInText(message, moment),
  ]);
}

const mostCodes = 20;
const codeFields = ["type", "__type", "code", "status", "error_code", "reason", "quotaId", "quota_id"] as const;

/**
 * Reads the body of an answer that is an error, in the shapes of Anthropic, OpenAI and those like it, Google (also as a list
 * of one), and Ollama (`error` is the text). What is no JSON (a proxy's page) gives its beginning as the message. A status and
 * headers that stand in the body are those of whom the server has asked.
 */
export function errorSignal(
  status: number | null,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ErrorSignal {
  const text = body.trim();
  const object = objectOfLine(text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text);
  if (object === null) return { status, codes: [], message: text.slice(0, 400), headers: lowerCase(headers) };
  const given = objectIn(objectIn(object["response"])?.["error"]) ?? objectIn(object["error"]);
  const error = given ?? object;
  const more = objectIn(error["metadata"]);
  const message = textIn(object["error"]) ?? textIn(error["message"]) ?? text.slice(0, 400);
  const raw = textIn(more?.["raw"]);
  return {
    status: isErrorStatus(status) ? status : (statusIn(error) ?? status),
    codes: codesIn(error),
    message: raw === null ? message : `${message}: ${raw}`,
    headers: { ...lowerCase(objectIn(more?.["headers"]) ?? {}), ...lowerCase(headers) },
    details: error,
  };
}

const lowerCase = (headers: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "number" ? [[name.toLowerCase(), String(value)]] : [],
    ),
  );

/** The status of an error that came in an answer which began well. */
function statusIn(error: JsonObject): number | null {
  const given = [error["code"], error["status"], error["status_code"], error["statusCode"]].map(Number);
  return given.find((status) => Number.isInteger(status) && status >= 400 && status < 600) ?? null;
}

/** The words of an error and of its details, wherever they stand. */
function codesIn(error: JsonObject): readonly string[] {
  const codes: string[] = [];
  const open: unknown[] = [error];
  for (let seen = 0; open.length > 0 && seen < 100; seen += 1) {
    const next = open.shift();
    const object = objectIn(next);
    for (const field of codeFields) {
      const value = object?.[field];
      const code = typeof value === "number" ? String(value) : textIn(value);
      if (code !== null && codes.length < mostCodes) codes.push(code.slice(0, 200));
    }
    const inner: readonly unknown[] = Array.isArray(next) ? next : Object.values(object ?? {});
    open.push(...inner.filter((value) => typeof value === "object"));
  }
  return codes;
}
