import { noUse } from "../../domain/account-use.ts";
import { failure, type Failure } from "../../domain/failure.ts";
import type { ModelName } from "../../domain/ids.ts";
import { accountHolds } from "../../policy/account-holds.ts";
import { escalation } from "../../policy/escalate.ts";
import { holdsOn } from "../../policy/limit-hold.ts";
import { route, type RouteQuestion } from "../../policy/route.ts";
import { usedSince } from "../../policy/spread.ts";
import { withStandIns } from "../../policy/stand-ins.ts";
import type { AttemptParts } from "../attempt/attempt-parts.ts";
import { type CallProgress, sameAttempt } from "../attempt/call-progress.ts";
import type { CallingTask, CallRequest } from "../attempt/call-request.ts";
import type { Choice } from "../attempt/choice.ts";

type ChooserParts = Pick<AttemptParts, "ledger" | "clock" | "settings" | "adapters">;

/** Gathers the facts a route depends on and asks the policy. Writes nothing. */
export class Chooser {
  readonly #parts: ChooserParts;

  constructor(parts: ChooserParts) {
    this.#parts = parts;
  }

  /** Whether a hold keeps a model from being asked now. */
  async isHeld(name: ModelName): Promise<boolean> {
    const { ledger, clock } = this.#parts;
    const settings = this.#parts.settings();
    const nowMs = clock.now();
    const model = settings.models.find((one) => one.name === name);
    return (
      model !== undefined &&
      holdsOn(model, await ledger.account.holds(undefined, { settings, nowMs }), nowMs).length > 0
    );
  }

  async choose(task: CallingTask, request: CallRequest, progress: CallProgress): Promise<Choice> {
    const choice = await this.#chosen(task, request, progress);
    const { giveUpAtMs } = request;
    if (giveUpAtMs === undefined || choice.kind === "nobody") return choice;
    const rests = choice.kind === "wait" && choice.waiting.kind !== "retry";
    const readyMs = choice.kind === "use" ? this.#parts.clock.now() : (choice.waiting.untilMs ?? Infinity);
    if (!rests && readyMs < giveUpAtMs) return choice;
    return { kind: "nobody", failure: progress.lastFailure ?? notInTime(choice) };
  }

  async #chosen(task: CallingTask, request: CallRequest, progress: CallProgress): Promise<Choice> {
    const { ledger, clock, adapters } = this.#parts;
    const settings = this.#parts.settings();
    const nowMs = clock.now();
    const sinceMs = usedSince(settings, request.role, request.forced);
    const use = sinceMs === null ? null : await ledger.account.use(nowMs - sinceMs);
    const question: RouteQuestion = {
      role: request.role,
      spec: task.spec,
      risk: task.writer.risk,
      settings,
      nowMs,
      facts: {
        adapters: new Map([...adapters].map(([name, adapter]) => [name, adapter.capabilities])),
        holds: [...(await ledger.account.holds()), ...accountHolds(settings, use ?? noUse, nowMs)],
        breakers: await ledger.breakers.list(),
        exhausted: progress.exhausted,
        exclude: request.exclude,
        forced: request.forced,
        authors: request.authors,
        escalate: escalation(request.struggles),
        ...(request.tier === undefined ? {} : { tier: request.tier }),
        ...(use === null ? {} : { use, worked: request.session?.model ?? request.authors.at(-1) ?? null }),
      },
    };
    const decided = route(question);
    const reasoned = { candidates: decided.candidates, reason: decided.reason };
    if (decided.kind === "none") return { kind: "nobody", failure: progress.lastFailure };
    if (decided.kind === "held")
      return {
        kind: "wait",
        ...reasoned,
        waiting: { kind: decided.by, untilMs: decided.untilMs, reason: decided.reason },
      };
    const { next } = progress;
    if (next === null || decided.models.every((model) => model !== next.model)) {
      const models = goesOn(progress, decided.models[0]) ?? withStandIns(question, decided, decided.models[0]);
      return { kind: "use", ...reasoned, model: models[0], models, sameAttempt: false };
    }
    if (next.atMs > nowMs)
      return {
        kind: "wait",
        ...reasoned,
        waiting: { kind: "retry", untilMs: next.atMs, reason: progress.lastFailure?.message ?? "a retry" },
      };
    const again = next.atMs === sameAttempt;
    const models = again
      ? ([next.model] as const)
      : (goesOn(progress, next.model) ?? withStandIns(question, decided, next.model));
    return { kind: "use", ...reasoned, model: models[0], models, sameAttempt: again };
  }
}

/** What a limit or an unfit answer left in a session is nobody else's to go on with. */
const goesOn = ({ limited, repair }: CallProgress, model: ModelName): readonly [ModelName] | null =>
  [limited, repair].some((one) => one?.model === model) ? [model] : null;

/** What keeps a call from being made in its time. */
function notInTime(choice: Choice & { kind: "use" | "wait" }): Failure {
  if (choice.kind === "use") return failure("timeout", "there was no time left to ask", { reason: "wall" });
  const { kind, untilMs, reason } = choice.waiting;
  return failure(kind === "hold" ? "rate_limit" : "overloaded", reason, { resetAtMs: untilMs });
}
