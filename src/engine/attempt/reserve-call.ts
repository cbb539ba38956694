import { canonicalJson } from "../../domain/json.ts";
import type { ModelSettings, Settings } from "../../domain/settings.ts";
import { isOneAnswer } from "../../policy/answer-cache.ts";
import { costControlOf, reservationFor, type CostControl, type WantedReservation } from "../../policy/budget.ts";
import { pricesOf } from "../../policy/prices.ts";
import { worstAnswer } from "../../policy/worst-answer.ts";
import type { Capabilities } from "../ports/adapter.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";

/** What to reserve for a call, and whether its adapter holds it to that. */
export function reserveCall(
  task: Pick<CallingTask, "spec" | "parent">,
  request: Pick<CallRequest, "role" | "prompt" | "grantedMicros">,
  of: {
    readonly id: string;
    readonly model: ModelSettings;
    readonly capabilities: Capabilities;
    readonly settings: Settings;
    readonly day: string;
    readonly nowMs: number;
  },
): { readonly reservation: WantedReservation | null; readonly costControl: CostControl } {
  const { id, model, capabilities, settings, day, nowMs } = of;
  const prices = pricesOf(model, settings.prices);
  const costControl = costControlOf(capabilities, prices);
  const { text, schema } = request.prompt;
  const worstMicros =
    isOneAnswer(request.role) && costControl === "before"
      ? worstAnswer({ text, schema: schema === null ? null : canonicalJson(schema) }, prices, nowMs)
      : null;
  const { spec, parent } = task;
  const { grantedMicros } = request;
  return {
    reservation: reservationFor({ id, model, costControl, settings, spec, parent, day, grantedMicros, worstMicros }),
    costControl,
  };
}
