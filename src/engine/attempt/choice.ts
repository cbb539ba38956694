import type { RouteCandidate } from "../../domain/events.ts";
import type { Failure } from "../../domain/failure.ts";
import type { ModelName } from "../../domain/ids.ts";
import type { Waiting } from "../waiting/turn.ts";

interface Reasoned {
  readonly candidates: readonly RouteCandidate[];
  readonly reason: string;
}

/** Whom to ask now. */
export type Choice =
  | (Reasoned & {
      readonly kind: "use";
      /** The first of `models`, or one of the others where its places are all taken. */
      readonly model: ModelName;
      readonly models: readonly [ModelName, ...ModelName[]];
      /** The last start was cut off by a crash: its number stays. */ readonly sameAttempt: boolean;
    })
  | (Reasoned & { readonly kind: "wait"; readonly waiting: Waiting })
  | { readonly kind: "nobody"; readonly failure: Failure | null };

/** The same with one that stands in for another whose places are all taken. */
export function insteadOf(
  choice: Choice & { readonly kind: "use" },
  model: ModelName,
  limitOf: (busy: ModelName) => string,
): Choice & { readonly kind: "use" } {
  if (model === choice.model) return choice;
  const passed = choice.models.slice(0, choice.models.indexOf(model));
  const candidates = choice.candidates.map((one): RouteCandidate => {
    if (one.model === model) return { ...one, state: "chosen" };
    const isPassed = passed.includes(one.model);
    const why = isPassed ? `${one.why}; its place is taken (${limitOf(one.model)})` : one.why;
    return { ...one, state: one.state === "chosen" ? "next" : one.state, why };
  });
  const why = candidates.find((one) => one.model === model)?.why ?? "";
  return { ...choice, model, candidates, reason: `${model}: ${why}; the place of ${passed.join(", ")} is taken` };
}
