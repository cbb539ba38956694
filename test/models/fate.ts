import type { Failure } from "../../src/domain/failure.ts";
import type { AdapterName } from "../../src/domain/settings.ts";
import { parserOf } from "../../src/models/parsers.ts";
import { classifyError, errorSignal } from "../../src/models/provider-errors.ts";
import { limitHold } from "../../src/policy/limit-hold.ts";
import { retryDelay } from "../../src/policy/retry.ts";
import { settings } from "../policy/sample.ts";
import { asked, exited } from "./read-fixture.ts";

/** An evening two hours east of UTC. */
export const moment = { nowMs: Date.UTC(2026, 10, 28, 17), zoneOffsetMs: () => 7_200_000 };

export type Headers = Readonly<Record<string, string>>;

/** Type and reason, then what becomes of it: the end of a hold, "a person", "tried again" or "given up". */
function fate(failure: Failure | null): string {
  if (failure === null) return "no failure";
  const { retry, holds } = settings();
  const kind = `${failure.type} ${failure.reason ?? "-"}`;
  const next = retryDelay(retry.call, 1, failure, 0).kind;
  if (next !== "hold") return `${kind}, ${next === "retry" ? "tried again" : "given up"}`;
  const { untilMs } = limitHold(failure, moment.nowMs, { ...holds, resumes: 0 });
  return `${kind}, ${untilMs === null ? "a person" : new Date(untilMs).toISOString().slice(0, 16)}`;
}

export const answered = (status: number | null, body: string | object, headers: Headers = {}): string =>
  fate(classifyError(errorSignal(status, typeof body === "string" ? body : JSON.stringify(body), headers), moment));

/** The failure of a recorded output, as a call would end with it. */
export function ended(
  adapter: AdapterName,
  lines: readonly object[],
  stderr: readonly string[] = [],
  code = 1,
): string {
  const parser = parserOf(adapter, asked, () => moment);
  if (parser === null) throw new Error(`${adapter} has no parser`);
  for (const line of lines) parser.output(JSON.stringify(line), false);
  for (const line of stderr) parser.diagnostic(line);
  return fate(parser.end(exited(code)).failure);
}

export const error = (fields: object): object => ({ error: fields });
export const said = (message: string, more: object = {}): object => error({ message, ...more });
export const claude = (status: number, result: string): readonly object[] => [
  { type: "system", subtype: "init", session_id: "s", cwd: "/repo" },
  {
    type: "result",
    subtype: "success",
    is_error: true,
    api_error_status: status,
    api_error_type: "rate_limit_error",
    terminal_reason: "api_error",
    result,
  },
];
export const codex = (message: string): readonly object[] => [
  { type: "thread.started", thread_id: "t" },
  { type: "turn.failed", error: { message } },
];
export const gemini = (message: string): readonly object[] => [
  { type: "init", session_id: "s", model: "m" },
  { type: "result", status: "error", error: { message: `[API Error: ${message}]` }, stats: {} },
];

export const spent = "rate_limit quota_exhausted, a person";
export const hour = "rate_limit plan_limit, 2026-11-28T18:00";
export const overflow = "invalid_request context_overflow, given up";
export const noModel = "not_found model, given up";
export const refused = "invalid_request bad_request, given up";
export const auth = "auth bad_key, given up";
export const forbidden = "auth forbidden, given up";
export const throttled = "rate_limit throttled, tried again";
export const overloaded = "overloaded -, tried again";
