import { canonicalJson, toJson } from "../../domain/json.ts";
import type { CallProgress } from "../attempt/call-progress.ts";
import type { CallingTask, CallRequest } from "../attempt/call-request.ts";
import type { Choice } from "../attempt/choice.ts";

/** A decision to wait is written down too, once. */
export async function noteWaiting(
  task: CallingTask,
  request: CallRequest,
  progress: CallProgress,
  choice: Choice & { readonly kind: "wait" },
): Promise<void> {
  const route = canonicalJson(toJson(choice.candidates));
  if (route === progress.lastRoute) return;
  progress.lastRoute = route;
  await task.writer.append([
    {
      type: "route.decided",
      data: {
        key: request.key,
        role: request.role,
        chosen: null,
        candidates: choice.candidates,
        reason: choice.reason,
        waits: { by: choice.waiting.kind === "breaker" ? "breaker" : "hold", untilMs: choice.waiting.untilMs },
      },
    },
  ]);
}
