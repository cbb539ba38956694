import type { TaskId } from "../../domain/ids.ts";
import type { Refusal } from "../ports/calls.ts";
import type { AttemptParts } from "./attempt-parts.ts";
import type { CallProgress } from "./call-progress.ts";
import type { CallingTask, CallRequest, CallResult } from "./call-request.ts";

/** How long who finds that it has to ask may take to do it. */
const askingMs = 30_000;

/** Which task asks about a budget that tasks share and that is used up: one does, and its answer is for all. */
export class AskedBudgets {
  readonly #parts: Pick<AttemptParts, "ledger" | "clock" | "settings" | "inScope">;
  /** Who is about to ask. */
  readonly #asking = new Map<string, { readonly task: TaskId; readonly atMs: number }>();

  constructor(parts: Pick<AttemptParts, "ledger" | "clock" | "settings" | "inScope">) {
    this.#parts = parts;
  }

  /** Null: another task had asked and has its answer, so all that was too dear may be asked again. Else this one has to ask. */
  async refused(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    refusal: Refusal,
  ): Promise<CallResult | null> {
    if (!(await this.#isAnswered(task, request, refusal))) return { kind: "budget", call: progress.call, refusal };
    for (const model of progress.refusals.keys()) progress.exhausted.delete(model);
    progress.refusals.clear();
    return null;
  }

  /** Where another task asks, waits for its answer; false: none does. */
  async #isAnswered(
    task: CallingTask,
    { giveUpAtMs = Infinity }: Pick<CallRequest, "giveUpAtMs">,
    { budget }: Refusal,
  ): Promise<boolean> {
    const { clock, settings } = this.#parts;
    if (budget === undefined || settings().budget.onLimit === "stop") return false;
    if (!(await this.#isAsked(task, budget))) {
      this.#asking.set(budget, { task: task.spec.id, atMs: clock.now() });
      return false;
    }
    const isOver = async (): Promise<boolean> => !(await this.#isAsked(task, budget));
    const reason = "another task asks about the budget";
    await task.turn.idle({ kind: "question", untilMs: null, reason }, async (idle) => {
      // Nobody gives notice of one that had to ask and did not, nor of an answer that comes into force.
      while (clock.now() < giveUpAtMs && !(await isOver()))
        await idle.until(Math.min(clock.now() + askingMs, giveUpAtMs), isOver);
    });
    return true;
  }

  /** Whether another task of this run asks and has no answer in force yet, or has just found that it has to ask. */
  async #isAsked({ spec, repository }: CallingTask, budget: string): Promise<boolean> {
    const { ledger, clock, inScope } = this.#parts;
    const nowMs = clock.now();
    const isOpen = (await ledger.account.questions(repository)).some(
      ({ question: { task, evidence }, answer }) =>
        task !== spec.id &&
        evidence["budget"] === budget &&
        (inScope?.(task) ?? true) &&
        (answer === null || answer.effectiveAt > nowMs),
    );
    if (isOpen) this.#asking.delete(budget);
    const asking = this.#asking.get(budget);
    return isOpen || (asking !== undefined && asking.task !== spec.id && nowMs < asking.atMs + askingMs);
  }
}
