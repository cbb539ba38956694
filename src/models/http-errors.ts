import type { Failure } from "../domain/failure.ts";
import { isLocal, type Connection } from "./http-provider.ts";
import { countIn, objectIn, textIn, type JsonObject } from "./json-line.ts";
import { classifyError, errorSignal, type ErrorSignal } from "./provider-errors.ts";
import type { Moment } from "./wait-hints.ts";

/** What the fault of a request means, however it came: refused, within the stream of an answer, or by the network. */
export function requestFailure(error: unknown, connection: Connection, moment: Moment): Failure {
  const found = classifyError({ ...signalOf(error), isLocal: isLocal(connection) }, moment);
  const message = withoutKey(placed(found, connection), connection.key);
  return { ...found, message };
}

/** Where it was asked, for errors that are about the place. */
function placed({ type, reason, message }: Failure, { baseUrl }: Connection): string {
  if (reason === "refused_connection") return `nothing listens at ${baseUrl}: is the server running? (${message})`;
  return type === "network" || reason === "endpoint" ? `${message} (asked at ${baseUrl})` : message;
}

const shortestKey = 6;

/** Servers like to repeat the key they did not like. */
const withoutKey = (message: string, key: string | null): string =>
  key === null || key.length < shortestKey ? message : message.replaceAll(key, "[key]");

/** The SDK's errors are told by their fields, which all versions of their classes have. */
function signalOf(error: unknown): ErrorSignal {
  const fields = objectIn(error);
  if (fields === null) return { status: null, codes: [], message: String(error) };
  const status = countIn(fields["statusCode"]);
  const message = textIn(fields["message"]) ?? textIn(fields["name"]) ?? "";
  if (textIn(fields["name"]) === "AI_APICallError") {
    return status !== null && status >= 300
      ? errorSignal(status, textIn(fields["responseBody"]) ?? "", headersIn(fields["responseHeaders"]))
      : { status, codes: chainCodes(error), message: [message, ...causes(error)].join(": ") };
  }
  const said = saidWithin(fields);
  if (said === null) return { status, codes: chainCodes(error), message: [message, ...causes(error)].join(": ") };
  const signal = errorSignal(status, JSON.stringify(said));
  const own = [fields["type"], fields["code"]].flatMap((code) => textIn(code) ?? []);
  return { ...signal, codes: [...signal.codes, ...own] };
}

/** What a provider sent in the stream as its error, or in place of what was expected; null: nothing of the kind. */
function saidWithin(fields: JsonObject): JsonObject | null {
  const value =
    objectIn(fields["value"]) ?? objectIn(fields["data"]) ?? (textIn(fields["name"]) === null ? fields : null);
  if (value === null) return null;
  if ("error" in value || "response" in value) return value;
  return textIn(value["message"]) === null ? null : { error: value };
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

const causes = (error: unknown): readonly string[] =>
  chain(error)
    .slice(1)
    .flatMap(({ message }) => textIn(message) ?? []);
