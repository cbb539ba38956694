import { createHash } from "node:crypto";

import type { NewEvent } from "../../domain/events.ts";
import { canonicalJson } from "../../domain/json.ts";
import { noUsage, type Cost } from "../../domain/money.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import { answerKey, isOneAnswer, mayTakeAnswer } from "../../policy/answer-cache.ts";
import { attemptRow, intentOf } from "../attempt/attempt-intent.ts";
import type { AttemptParts } from "../attempt/attempt-parts.ts";
import type { CallProgress } from "../attempt/call-progress.ts";
import type { CallingTask, CallRequest, CallResult } from "../attempt/call-request.ts";
import type { Choice } from "../attempt/choice.ts";
import type { AdapterOutcome } from "../ports/adapter.ts";
import { success } from "./call-results.ts";

const cost: Cost = { micros: 0, source: "cached" };

type Parts = Pick<AttemptParts, "answers" | "adapters" | "files" | "clock" | "settings">;

/**
 * Answers that were given to the very same question. One that is taken reserves no money, needs no place at a model and counts for
 * no limit; in the ledger it is a call like others, whose one attempt cost nothing, as `cached`.
 */
export class EarlierAnswers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null: there is none, or none may be taken. Only at the first try: who comes to a second had no use for the first answer. */
  async take(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    choice: Choice & { kind: "use" },
  ): Promise<CallResult | null> {
    const { answers, files, clock } = this.#parts;
    const model = this.#model(choice.model);
    const isWanted = mayTakeAnswer(request.role, request.mayBeEarlier === true);
    if (answers === undefined || model === null || !isWanted || progress.attempt > 0) return null;
    const kept = await answers.get(await this.#key(request, model));
    if (kept === null) return null;
    const outcome: AdapterOutcome = { kind: "success", text: kept.text, answer: kept.answer, failure: null };
    if (request.check(outcome) !== null) return null;
    const folder = await files.folder(task.run, progress.call, 1, 0);
    const used = { usage: noUsage, cost, prices: [], session: null, durationMs: 0 };
    // Before the ledger says that there was an answer: whoever finds it there reads it here.
    await files.writeOutcome(folder, { ...outcome, used });
    const start = { kind: "fresh", session: null } as const;
    const row = attemptRow(progress.call, 1, 0, model, folder, request, start, null, clock.now());
    const told = { ...choice, reason: `${choice.reason}; an earlier answer of it is taken, nothing is asked` };
    await task.writer.append([...intentOf(task, request, progress, told, row, model), ...endOf(task, request, row)]);
    progress.begun = true;
    return success(progress, outcome, model.name, null);
  }

  /** Keeps an answer for whoever may take it later. Resolves when it is kept or lost. */
  async keep(request: CallRequest, name: string, { text, answer }: AdapterOutcome): Promise<void> {
    const { answers, clock } = this.#parts;
    const model = this.#model(name);
    if (answers === undefined || model === null || !isOneAnswer(request.role)) return;
    await answers.put(await this.#key(request, model), { text, answer, atMs: clock.now() });
  }

  #model(name: string): ModelSettings | null {
    return this.#parts.settings().models.find((one) => one.name === name) ?? null;
  }

  async #key({ role, prompt, access, tree }: CallRequest, model: ModelSettings): Promise<string> {
    const { oneRequest = [] } = this.#parts.adapters.get(model.adapter)?.capabilities ?? {};
    const reads = oneRequest.includes(role) || tree === undefined ? null : await tree();
    const asked = answerKey({ model, access, schema: prompt.schema, prompt: prompt.text, tree: reads });
    return createHash("sha256").update(canonicalJson(asked)).digest("hex");
  }
}

function endOf(task: CallingTask, request: CallRequest, row: ReturnType<typeof attemptRow>): readonly NewEvent[] {
  const { call, attempt, rerun, model, account } = row;
  const where = { task: task.spec.id, call, ...(request.step === null ? {} : { step: request.step }) };
  return [
    {
      ...where,
      type: "attempt.ended",
      data: {
        attempt,
        rerun,
        model,
        account,
        outcome: "success",
        failure: null,
        usage: noUsage,
        cost,
        durationMs: 0,
        startupMs: null,
        session: null,
        counted: false,
      },
    },
    { ...where, type: "call.ended", data: { outcome: "success", failure: null, model, attempts: 0 } },
  ];
}
