import type { Failure } from "../../domain/failure.ts";
import { countIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { isUntrusted } from "../provider-error-table.ts";
import { classifyError, errorSignal, type ErrorSignal } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";
import { ErrorAnswer, errorIn } from "./error-answer.ts";
import { isLocal, type Connection } from "./http-connection.ts";
import type { RequestError } from "./http-request.ts";

/** What the fault of a request means, however it came: refused, within the stream of an answer, or by the network. */
export function requestFailure(error: RequestError, connection: Connection, moment: Moment): Failure {
  const found = classifyError({ ...signalOf(error), isLocal: isLocal(connection) }, moment);
  const message = withoutKey(placed(found, connection), connection.key);
  return { ...found, message };
}

/** Answered with an error in place of an answer, or before the answer has begun: no provider bills tokens for that. */
export function isRefused({ cause, lastSent, hasBegun }: RequestError): boolean {
  if (!hasBegun && errorIn(lastSent) !== null) return true;
  if (chain(cause).some((one) => one instanceof ErrorAnswer)) return true;
  const fields = objectIn(cause) ?? {};
  const status = countIn(fields["statusCode"]);
  if (status === null)
    return lastSent === null && chainCodes(cause).some((code) => neverSent.has(code) || isUntrusted(code));
  return textIn(fields["name"]) === "AI_APICallError" && status >= 400;
}

/** Codes of a request that has reached nobody. */
const neverSent: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Where it was asked, for errors that are about the place. */
function placed({ type, reason, message, retryable }: Failure, { baseUrl }: Connection): string {
  if (reason === "refused_connection") return `nothing listens at ${baseUrl}: is the server running? (${message})`;
  if (type === "network" && !retryable) return `${message} (asked at ${baseUrl}). ${trustHint}`;
  return type === "network" || reason === "endpoint" ? `${message} (asked at ${baseUrl})` : message;
}

const trustHint =
  "If a certificate there is your own or your company's, name the file of who signed it in NODE_EXTRA_CA_CERTS; if that server speaks no TLS, base_url begins with http://";

const shortestKey = 6;

/** Servers like to repeat the key they did not like. */
const withoutKey = (message: string, key: string | null): string =>
  key === null || key.length < shortestKey ? message : message.replaceAll(key, "[key]");

/** The SDK's errors are told by their fields, which all versions of their classes have. */
function signalOf({ cause: error, lastSent }: RequestError): ErrorSignal {
  const answer = chain(error).find((one) => one instanceof ErrorAnswer);
  if (answer instanceof ErrorAnswer) return answer.signal;
  const fields = objectIn(error) ?? {};
  const status = countIn(fields["statusCode"]);
  if (textIn(fields["name"]) === "AI_APICallError" && status !== null && status >= 300) {
    const headers = headersIn(fields["responseHeaders"]);
    const said = errorSignal(status, textIn(fields["responseBody"]) ?? "", headers);
    return status < 400 ? { ...said, message: awayText(headers["location"]) } : said;
  }
  const sent = errorIn(lastSent) ?? errorIn(error);
  // Within an answer there is no status but the one it tells itself: the SDK makes one up.
  if (sent !== null) return errorSignal(null, JSON.stringify(sent));
  const messages = chain(error).flatMap(({ message }) => textIn(message) ?? []);
  const told = messages.filter((message, at) => !messages.slice(0, at).some((earlier) => earlier.includes(message)));
  return { status, codes: chainCodes(error), message: told.join(": ") || String(error) };
}

/** Of an answer that names another address. Of that only the beginning is told: the rest may hold anything. */
function awayText(location: string | undefined): string {
  const url = URL.parse(location ?? "");
  const to = url === null || url.host === "" ? "another address" : `${url.protocol}//${url.host}`;
  return `the server sends requests on to ${to}, which is not followed, as the key would go there too; name the right address as base_url`;
}

const headersIn = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(objectIn(value) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

const deepest = 8;

function chain(error: unknown): readonly JsonObject[] {
  const found: JsonObject[] = [];
  for (let next = objectIn(error); next !== null && found.length < deepest; next = objectIn(next["cause"]))
    found.push(next);
  return found;
}

/** Names and codes of an error and of what caused it. */
const chainCodes = (error: unknown): readonly string[] =>
  chain(error).flatMap(({ code, name }) => [textIn(code) ?? [], textIn(name) ?? []].flat());
