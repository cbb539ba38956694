import type { Failure } from "../../domain/failure.ts";
import type { ModelName } from "../../domain/ids.ts";
import type { CallProgress } from "../attempt/call-progress.ts";
import type { CallResult } from "../attempt/call-request.ts";
import type { AdapterOutcome } from "../ports/adapter.ts";

/** Nobody could do it. */
export function failed({ call }: CallProgress, failure: Failure): CallResult {
  return { kind: "failed", call, outcome: "error", failure, model: null, retryable: failure.retryable };
}

export function success(
  progress: CallProgress,
  outcome: AdapterOutcome,
  model: ModelName,
  session: string | null,
): CallResult {
  return { kind: "success", call: progress.call, text: outcome.text, answer: outcome.answer, model, session };
}
