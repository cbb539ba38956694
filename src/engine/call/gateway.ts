import { failure as makeFailure, type Failure } from "../../domain/failure.ts";
import type { ModelName } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { AttemptRow, CallRow } from "../../domain/rows.ts";
import { withdrawApprovals } from "../attempt/approvals.ts";
import type { AttemptParts } from "../attempt/attempt-parts.ts";
import { AskedBudgets } from "../attempt/asked-budgets.ts";
import { AttemptRunner } from "../attempt/attempt-runner.ts";
import type { AttemptResult } from "../attempt/attempt.ts";
import { newProgress, progressOf, triesOf, type CallProgress } from "../attempt/call-progress.ts";
import type { CallingTask, CallRequest, CallResult } from "../attempt/call-request.ts";
import { insteadOf, type Choice } from "../attempt/choice.ts";
import { endOrphanedAttempts, unsettledOf } from "../attempt/cut-attempt.ts";
import type { Start } from "../ports/adapter.ts";
import type { AttemptUse } from "../ports/call-files.ts";
import { leaseLost, Stopped } from "../waiting/interrupts.ts";
import { limitName, ModelPlace, type TakenSlot } from "../waiting/model-slots.ts";
import type { Slot } from "../waiting/slots.ts";
import { failed, success } from "./call-results.ts";
import { Chooser } from "./chooser.ts";
import { EarlierAnswers } from "./earlier-answers.ts";
import { noteWaiting } from "./note-waiting.ts";
import { asRepair } from "./repair.ts";
import { mayTryAgain, settleAttempt } from "./settle-attempt.ts";

/**
 * The one place where a model is asked: route, hold, budget, breaker, limits, adapter, outcome, retry, next candidate. The one
 * retry loop of the program. Everything it counts comes from the ledger, so a call goes on after a crash where it was.
 */
export class Gateway {
  readonly #parts: AttemptParts;
  readonly #chooser: Chooser;
  readonly #attempts: AttemptRunner;
  readonly #asked: AskedBudgets;
  readonly #earlier: EarlierAnswers;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#chooser = new Chooser(parts);
    this.#attempts = new AttemptRunner(parts);
    this.#asked = new AskedBudgets(parts);
    this.#earlier = new EarlierAnswers(parts);
  }

  async call(task: CallingTask, request: CallRequest): Promise<CallResult> {
    const { progress, finished } = await this.#takeUp(task, request);
    if (finished !== null) return finished;
    for (;;) {
      await task.turn.ready();
      const choice = await this.#chooser.choose(task, request, progress);
      if (choice.kind === "wait") {
        // A retry that is due later was told when its try failed; everything else that keeps a call waiting is a decision.
        if (choice.waiting.kind !== "retry") await noteWaiting(task, request, progress, choice);
        const still = async (): Promise<boolean> =>
          (await this.#chooser.choose(task, request, progress)).kind !== "wait";
        await task.turn.idle(choice.waiting, (idle) => idle.until(choice.waiting.untilMs, still));
        continue;
      }
      const done =
        choice.kind === "nobody"
          ? await this.#giveUp(task, request, progress, choice.failure)
          : await this.#try(task, request, progress, choice);
      if (done !== null) return done;
    }
  }

  /** Ends what an earlier engine left running of a task that starts over or fails. */
  async endOrphanedAttempts(task: CallingTask, onLeft?: (fault: unknown) => Promise<void>): Promise<void> {
    await endOrphanedAttempts(this.#parts, task, onLeft);
  }

  /** What an earlier engine left of this call: nothing, an end, or an attempt to adopt, resume or run again. */
  async #takeUp(
    task: CallingTask,
    request: CallRequest,
  ): Promise<{ readonly progress: CallProgress; readonly finished: CallResult | null }> {
    const { ledger, newId } = this.#parts;
    const open = await ledger.calls.find(task.repository, task.spec.id, request.key);
    if (open === null) return { progress: newProgress(newId()), finished: null };
    const { retry } = this.#parts.settings();
    const progress = progressOf(open.call, open.attempts, (failure, tries) => mayTryAgain(retry.call, failure, tries));
    const last = open.attempts.at(-1);
    if (open.call.state === "ended") {
      const finished = await this.#ended(request, progress, open.call, last);
      // What it answered is gone: it is asked again, as another call.
      return { progress: finished === null ? newProgress(newId()) : progress, finished };
    }
    if (last === undefined || last.state === "ended") return { progress, finished: null };
    return { progress, finished: await this.#unended(task, request, progress, last) };
  }

  /** A call that ended but whose result was not committed: its answer is in its last attempt's folder. */
  async #ended(
    request: CallRequest,
    progress: CallProgress,
    call: CallRow,
    last: AttemptRow | undefined,
  ): Promise<CallResult | null> {
    if (call.failure !== null) return failed(progress, call.failure);
    if (last === undefined) return null;
    const outcome = await this.#parts.files.readOutcome(last.folder);
    if (outcome === null || outcome.kind !== "success" || request.check(outcome) !== null) return null;
    return success(progress, outcome, last.model, last.session);
  }

  async #unended(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    last: AttemptRow,
  ): Promise<CallResult | null> {
    const outcome = await this.#parts.files.readOutcome(last.folder);
    const start = outcome === null ? this.#attempts.adoption(last) : null;
    if (start === null) {
      // It may still run where it could not be ended before.
      const { pid, startTime } = last;
      if (pid !== null && startTime !== null) await this.#parts.endProcess({ pid, startTime });
      this.#parts.modelSlots.forget(last.call);
      await withdrawApprovals(this.#parts, task, request, "the call was cut off");
    }
    if (outcome !== null) {
      const { used, ...came } = outcome;
      const read: AttemptResult = {
        outcome: came,
        ...(used ?? this.#unknownUse(last)),
        hasWorked: true,
        startupMs: null,
      };
      return await this.#settle(task, request, progress, last.model, last, read);
    }
    if (start === null) {
      await this.#attempts.endCut(task, request, progress, last, "crashed");
      return null;
    }
    const place = this.#place(task, last.model, this.#parts.modelSlots.adopt(last.call, last.model));
    try {
      return await this.#run(task, request, progress, place, last, start);
    } finally {
      place.release();
    }
  }

  #unknownUse(row: AttemptRow): AttemptUse {
    const { usage, session, startedAt } = row;
    const durationMs = Math.max(0, this.#parts.clock.now() - startedAt);
    return { usage, cost: unsettledOf(this.#parts, row), prices: [], session, durationMs };
  }

  async #try(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    wanted: Choice & { kind: "use" },
  ): Promise<CallResult | null> {
    const earlier = await this.#earlier.take(task, request, progress, wanted);
    if (earlier !== null) return earlier;
    const { model, slot } = await this.#modelSlot(task, wanted.models);
    const choice = insteadOf(wanted, model, (busy) => limitName(this.#parts.settings(), busy));
    const place = this.#place(task, model, slot);
    try {
      const { log } = this.#parts.ledger;
      const head = await log.head();
      const isHeld = (): Promise<boolean> => this.#chooser.isHeld(choice.model);
      const begun = await this.#attempts.begin(task, request, progress, choice, isHeld);
      if (begun.kind === "later") {
        const { kind, waitMs, isOver } = begun.obstacle;
        const atMs = this.#parts.clock.now() + waitMs;
        await task.turn.idle(
          { kind, untilMs: atMs, reason: `${choice.model} is asked again in ${waitMs} ms` },
          (idle) => idle.until(Math.min(atMs, request.giveUpAtMs ?? atMs), isOver),
        );
        return null;
      }
      if (begun.kind === "refused") return await this.#asked.refused(task, request, progress, begun.refusal);
      if (begun.kind === "wait") {
        const reason = "the rest of the budget is reserved by other calls";
        const settled = async (): Promise<boolean> =>
          (await log.since(head, { types: ["budget.settled"], limit: 1 })).length > 0;
        await task.turn.idle({ kind: "budget", untilMs: begun.lookAtMs, reason }, (idle) =>
          idle.until(Math.min(begun.lookAtMs ?? Infinity, request.giveUpAtMs ?? Infinity), settled),
        );
      }
      if (begun.kind !== "started") return null;
      return await this.#run(task, request, progress, place, begun.attempt, begun.start, begun.capMicros);
    } finally {
      place.release();
    }
  }

  #place(task: CallingTask, model: ModelName, slot: Slot): ModelPlace {
    return new ModelPlace(slot, async () => (await this.#modelSlot(task, [model])).slot);
  }

  /** A place at one of the models; while there is none the task gives its own slot back. */
  async #modelSlot(task: CallingTask, models: readonly [ModelName, ...ModelName[]]): Promise<TakenSlot> {
    const now = this.#parts.modelSlots.tryTake(models);
    if (now !== null) return now;
    const taken = await task.turn.idle(
      { kind: "rate", untilMs: null, reason: limitName(this.#parts.settings(), models[0]) },
      () => this.#parts.modelSlots.acquire(models, task.turn.signal),
    );
    if (taken === null) throw new Stopped("stopped while waiting for a model");
    try {
      await task.turn.ready();
    } catch (error) {
      taken.slot.release();
      throw error;
    }
    return taken;
  }

  async #run(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    place: ModelPlace,
    attempt: AttemptRow,
    start: Start,
    capMicros: number | null = null,
  ): Promise<CallResult | null> {
    const result = await this.#attempts
      .run(task, asRepair(request, progress, attempt.model, start), attempt, start, place, capMicros)
      .catch(async (error: unknown) => {
        if (error instanceof Stopped) await this.#attempts.endCut(task, request, progress, attempt, "cancelled");
        throw error;
      });
    if (result.outcome.kind === "cancelled") {
      const { signal } = task.turn;
      if (signal.aborted && signal.reason === leaseLost) throw new LeaseLost(task.spec.id);
      await this.#attempts.endCut(task, request, progress, attempt, signal.aborted ? "cancelled" : "crashed", result);
      if (signal.aborted) throw new Stopped("stopped during a call");
      return null;
    }
    if (start.kind === "resume" && result.outcome.failure?.reason === "session") {
      await this.#attempts.endCut(task, request, progress, attempt, "crashed", result);
      progress.isSessionGone = true;
      return null;
    }
    return await this.#settle(task, request, progress, attempt.model, attempt, result);
  }

  async #settle(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    model: ModelName,
    attempt: AttemptRow,
    result: AttemptResult,
  ): Promise<CallResult | null> {
    const isAsItWas = progress.repair === null;
    const settled = await settleAttempt(this.#parts, task, request, progress, attempt, result);
    if (settled !== "success") return null;
    // What mended an answer was asked something else.
    if (isAsItWas) await this.#earlier.keep(request, model, result.outcome);
    return success(progress, result.outcome, model, result.session);
  }

  async #giveUp(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    last: Failure | null,
  ): Promise<CallResult | null> {
    const refusal = [...progress.refusals.values()].at(-1);
    if (refusal !== undefined) return await this.#asked.refused(task, request, progress, refusal);
    const failure = last ?? makeFailure("not_found", `no model can be asked as ${request.role}`, { reason: "model" });
    if (progress.begun) {
      await task.writer.append([
        {
          type: "call.ended",
          call: progress.call,
          ...(request.step === null ? {} : { step: request.step }),
          data: { outcome: "error", failure, model: null, attempts: triesOf(progress) },
        },
      ]);
    }
    return failed(progress, failure);
  }
}
