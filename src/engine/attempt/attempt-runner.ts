import { assert } from "../../domain/assert.ts";
import { brand } from "../../domain/brand.ts";
import type { ModelName } from "../../domain/ids.ts";
import { canonicalJson, toJson } from "../../domain/json.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import { afterRefusal, callCap, refusalText } from "../../policy/budget.ts";
import type { ModelAdapter, Start } from "../ports/adapter.ts";
import type { Refusal } from "../ports/calls.ts";
import { TaskFailed } from "../waiting/interrupts.ts";
import type { ModelPlace } from "../waiting/model-slots.ts";
import { admissionOf, obstacleOf } from "./admission.ts";
import { decideApproval, withdrawApprovals } from "./approvals.ts";
import { attemptRow, intentOf, routeText, sessionOf, startOf } from "./attempt-intent.ts";
import type { AttemptSum } from "./attempt-money.ts";
import type { AttemptParts, Obstacle } from "./attempt-parts.ts";
import { type AttemptResult, runAttempt } from "./attempt.ts";
import { budgetLeft, tokensLeftOf } from "./budget-left.ts";
import { type CallProgress, resumeFrom } from "./call-progress.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";
import { callSpec } from "./call-spec.ts";
import type { Choice } from "./choice.ts";
import { endCutAttempt } from "./cut-attempt.ts";
import { noteUnread } from "./note-unread.ts";
import { UsedWindows } from "./note-used.ts";
import { reserveCall } from "./reserve-call.ts";

/** How often money that other engines have reserved is asked for again. */
const lookAgainMs = 30_000;

export type Begun =
  | { readonly kind: "started"; readonly attempt: AttemptRow; readonly start: Start; readonly capMicros: number | null }
  | { readonly kind: "later"; readonly obstacle: Obstacle }
  /** Other calls hold the rest of the budget. Of another engine's nobody tells when they die: then it is looked at again. */
  | { readonly kind: "wait"; readonly lookAtMs: number | null }
  /** This candidate does not fit the budget; the next may. */
  | { readonly kind: "cheaper" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Writes the intent of an attempt, runs it, and knows what may be done with one that a dead engine left. */
export class AttemptRunner {
  readonly #parts: AttemptParts;
  readonly #used: UsedWindows;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#used = new UsedWindows(parts);
  }

  /**
   * Tree, admission, reservation and intent: after this the attempt exists in the ledger, before it nothing has happened.
   * `isHeld` is asked last, as a tree may take its time.
   */
  async begin(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    choice: Choice & { kind: "use" },
    isHeld: () => Promise<boolean>,
  ): Promise<Begun> {
    const { ledger, files, newId, day, clock } = this.#parts;
    const settings = this.#parts.settings();
    await failWhenOutOfTime(task);
    if ((await tokensLeftOf(ledger.account, task)) === 0 && request.grantedMicros === 0) {
      return await this.#refused(task, progress, choice, {
        scope: "task",
        wantedMicros: 0,
        leftMicros: 0,
        by: "spend",
      });
    }
    const model = this.#model(choice.model);
    const adapter = this.#adapter(model);
    const crashed = progress.rerun >= 0 && choice.sameAttempt;
    const attempt = crashed ? progress.attempt : progress.attempt + 1;
    const rerun = crashed ? progress.rerun + 1 : 0;
    const earlier = [progress.limited, progress.repair].find((one) => one?.model === model.name)?.session ?? null;
    const start = startOf(request, model, adapter, {
      cutSession: crashed ? progress.session : earlier,
      newSession: sessionOf(newId()),
      isSessionGone: progress.isSessionGone,
    });
    if (start.kind === "fresh")
      await request.prepare(
        attempt === 1 && rerun === 0 ? "before the call" : `before attempt ${attempt} of ${request.role}`,
      );
    const { reservation, costControl } = reserveCall(task, request, {
      id: newId(),
      model,
      capabilities: adapter.capabilities,
      settings,
      day: day(clock.now()),
      nowMs: clock.now(),
    });
    const folder = await files.folder(task.run, progress.call, attempt, rerun);
    // While it waited for a place, another call may have met the limit of the account: it is chosen anew.
    if (await isHeld()) return { kind: "later", obstacle: { kind: "rate", waitMs: 1 } };
    const row = attemptRow(
      progress.call,
      attempt,
      rerun,
      model,
      folder,
      request,
      start,
      reservation?.id ?? null,
      clock.now(),
    );
    const refusal = await task.writer.begin(
      intentOf(task, request, progress, choice, row, model),
      reservation,
      admissionOf(this.#parts, choice.model),
    );
    if (refusal === null) {
      Object.assign(progress, { begun: true, attempt, rerun, next: null, limited: null, lastRoute: routeText(choice) });
      const capMicros = callCap(reservation, costControl, settings.budget.callMicros);
      return { kind: "started", attempt: row, start, capMicros };
    }
    if ("retryAtMs" in refusal) return { kind: "later", obstacle: obstacleOf(this.#parts, choice.model, refusal) };
    return await this.#refused(task, progress, choice, await this.#withBudget(task, refusal));
  }

  /** With what a question about it has to say. */
  async #withBudget({ run, repository, spec }: CallingTask, refusal: Refusal): Promise<Refusal> {
    const { scope, by } = refusal;
    if (by !== "spend" || scope === "call") return refusal;
    const { clock, day, ledger } = this.#parts;
    const name = { task: `task:${repository}/${spec.id}`, run: `run:${run}`, day: `day:${day(clock.now())}` }[scope];
    const { unknownCalls } = await ledger.account.spend(name);
    const { runMicros, dayMicros } = this.#parts.settings().budget;
    const capMicros = (scope === "run" ? runMicros : dayMicros) ?? 0;
    return { ...refusal, unknownCalls, ...(scope === "task" ? {} : { budget: name, capMicros }) };
  }

  async #refused(
    task: CallingTask,
    progress: CallProgress,
    choice: Choice & { kind: "use" },
    refusal: Refusal,
  ): Promise<Begun> {
    const { elsewhere = false, budget: _budget, capMicros: _cap, unknownCalls: _calls, ...told } = refusal;
    const isNew = canonicalJson(toJson(told)) !== canonicalJson(toJson(progress.toldRefusal));
    if (isNew) await task.writer.append([{ type: "budget.refused", call: progress.call, data: told }]);
    progress.toldRefusal = told;
    const next = afterRefusal(refusal, this.#parts.settings().budget);
    if (next === "wait") return { kind: "wait", lookAtMs: elsewhere ? this.#parts.clock.now() + lookAgainMs : null };
    if (next !== "downgrade") return { kind: "refused", refusal };
    progress.exhausted.set(choice.model, refusalText(refusal));
    progress.refusals.set(choice.model, refusal);
    return { kind: "cheaper" };
  }

  /** `capMicros`: what the adapter is to hold the call to; not known of an attempt that a dead engine began. */
  async run(
    task: CallingTask,
    request: CallRequest,
    row: AttemptRow,
    start: Start,
    place: ModelPlace,
    capMicros: number | null = null,
  ): Promise<AttemptResult> {
    const { clock, scratch, files, ledger } = this.#parts;
    const model = this.#model(row.model);
    const spec = callSpec(request, row, {
      spec: task.spec,
      settings: this.#parts.settings(),
      model,
      start,
      capabilities: this.#adapter(model).capabilities,
      slot: task.slot?.() ?? null,
      leftMs: await task.timeLeftMs(),
      capMicros,
      left: await budgetLeft(ledger.account, task, request, {
        model,
        settings: this.#parts.settings(),
        day: this.#parts.day(clock.now()),
        capMicros,
      }),
      counted: start.session === null ? null : await ledger.calls.usageOf(start.session, row),
    });
    const where = { call: row.call, ...(request.step === null ? {} : { step: request.step }) };
    const { attempt, rerun } = row;
    const { timeouts } = this.#parts.settings();
    const approvals = { ledger, clock, limitMs: timeouts.approvalMs, checks: spec.checks ?? [] };
    const ran = { task: task.spec.id, kind: "call", what: `${model.name} (${request.role})` } as const;
    const result = await this.#parts.watched(ran, (onTool) =>
      runAttempt(this.#adapter(model), spec, task.turn.signal, {
        onTool,
        clock,
        scratch,
        transcript: files.transcript?.(row.folder),
        onSlept: this.#parts.onSlept,
        onProcess: (process) =>
          task.writer.append([{ ...where, type: "attempt.spawned", data: { attempt, rerun, ...process } }]),
        isOurs: () => task.writer.isOurs(),
        onSession: (session) => task.writer.append([{ ...where, type: "attempt.session", data: { attempt, session } }]),
        onLimits: (windows) => this.#used.note(row.account, windows, start.kind === "adopt"),
        onUnread: (text) => noteUnread(ledger, task, model.name, text),
        onApproval: (event, over) => decideApproval(approvals, { task, request, attempt: row }, event, place, over),
        onAsked: () => withdrawApprovals(approvals, task, request, "the call is over"),
      }),
    );
    const { outcome, usage, cost, prices, savedMicros, session, durationMs } = result;
    const used = { usage, cost, prices, session, durationMs, ...(savedMicros === undefined ? {} : { savedMicros }) };
    if (outcome.kind !== "cancelled") await files.writeOutcome(row.folder, { ...outcome, used });
    return result;
  }

  /** How an attempt that has no end in the ledger can be followed again; null: it cannot, whatever it does. */
  adoption(row: AttemptRow): Start | null {
    const model = this.#known(row.model);
    const adapter = model === null ? undefined : this.#parts.adapters.get(model.adapter);
    const { pid, startTime, session } = row;
    if (adapter?.capabilities.durableOutput !== true || pid === null || startTime === null) return null;
    return { kind: "adopt", process: { pid, startTime }, session };
  }

  /** Ends what was cut off by a crash or a stop of ours. The next start is the same attempt. */
  async endCut(
    task: CallingTask,
    { step }: CallRequest,
    progress: CallProgress,
    row: AttemptRow,
    outcome: "crashed" | "cancelled",
    known?: AttemptSum,
  ): Promise<void> {
    await endCutAttempt(this.#parts, task, { ...row, step }, outcome, known);
    resumeFrom(progress, row);
  }

  #known(name: ModelName): ModelSettings | null {
    return this.#parts.settings().models.find((model) => model.name === name) ?? null;
  }

  #model(name: ModelName): ModelSettings {
    const model = this.#known(name);
    assert(model !== null, `the model ${name} is not in the settings`);
    return model;
  }

  #adapter(model: ModelSettings): ModelAdapter {
    const adapter = this.#parts.adapters.get(model.adapter);
    assert(adapter !== undefined, `the adapter ${model.adapter} of ${model.name} is not built into this ${brand.name}`);
    return adapter;
  }
}

async function failWhenOutOfTime(task: CallingTask): Promise<void> {
  const leftMs = await task.timeLeftMs();
  if (leftMs === null || leftMs > 0) return;
  throw new TaskFailed({
    type: "timeout",
    reason: "task",
    message: `its time limit of ${task.spec.timeoutMs} ms is used up (timeout in the backlog)`,
  });
}
