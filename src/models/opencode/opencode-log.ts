import { identifierIn } from "../json-line.ts";

/** An error of a request to a model, as the program logs it before it tries again. */
export interface LoggedError {
  readonly session: string | null;
  /** Of the provider. */
  readonly message: string;
}

/**
 * Reads a line of `--print-logs` on standard error; null: it tells of no failed request for the answer.
 *
 *     timestamp=… level=ERROR run=… message="stream error" session.id=ses_… small=false error.error="AI_APICallError: …"
 *
 * Small requests are for titles, without which it goes on.
 */
export function loggedError(line: string): LoggedError | null {
  if (!/\blevel=ERROR\b.{0,200}\bmessage="stream error"/.test(line) || /\bsmall=true\b/.test(line)) return null;
  const quoted = /\berror\.error=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  if (quoted === undefined) return null;
  const message = unquoted(quoted).replace(/^(?:Error: )?[A-Za-z_]{1,60}Error: /, "");
  return { session: identifierIn(/\bsession\.id=(\S+)/.exec(line)?.[1]), message };
}

function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text.slice(1, -1);
  }
}
