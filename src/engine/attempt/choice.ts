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
      readonly model: ModelName;
      /** The last start was cut off by a crash: its number stays. */ readonly sameAttempt: boolean;
    })
  | (Reasoned & { readonly kind: "wait"; readonly waiting: Waiting })
  | { readonly kind: "nobody"; readonly failure: Failure | null };
