import { assert } from "../domain/assert.ts";
import { brand } from "../domain/brand.ts";
import type { NewEvent } from "../domain/events.ts";
import type { ModelName } from "../domain/ids.ts";
import { canonicalJson, toJson } from "../domain/json.ts";
import { noUsage, unknownCost } from "../domain/money.ts";
import type { AttemptRow } from "../domain/rows.ts";
import type { AdapterName, ModelSettings, Settings } from "../domain/settings.ts";
import { afterRefusal, refusalText, reservationFor, tokensLeft } from "../policy/budget.ts";
import type { CallSpec, ModelAdapter, Start } from "./adapter.ts";
import { runAttempt, type AttemptResult } from "./attempt.ts";
import type { CallFiles } from "./call-files.ts";
import type { CallProgress } from "./call-progress.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";
import type { Choice } from "./chooser.ts";
import type { Clock, Ledger, Random, Refusal, Scratch } from "./ports.ts";

export interface AttemptParts {
  readonly ledger: Ledger;
  readonly scratch: Scratch;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly adapters: ReadonlyMap<AdapterName, ModelAdapter>;
  readonly files: CallFiles;
  /** The settings of now: models, roles, limits, budgets. */
  readonly settings: () => Settings;
  /** The user's date of an instant, for day budgets. */
  readonly day: (ms: number) => string;
  readonly onSlept: (listener: (gapMs: number) => void) => () => void;
}

export type Begun =
  | { readonly kind: "started"; readonly attempt: AttemptRow; readonly start: Start }
  | { readonly kind: "wait" }
  /** This candidate does not fit the budget; the next may. */
  | { readonly kind: "cheaper" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Writes the intent of an attempt, runs it, and knows what may be done with one that a dead engine left. */
export class AttemptRunner {
  readonly #parts: AttemptParts;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
  }

  /** Tree, reservation and intent: after this the attempt exists in the ledger, before it nothing has happened. */
  async begin(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    choice: Choice & { kind: "use" },
  ): Promise<Begun> {
    const { ledger, files, newId, day, clock } = this.#parts;
    const settings = this.#parts.settings();
    const { tokens } = await ledger.account.spend(`task:${task.repository}/${task.spec.id}`);
    if (tokensLeft(task.spec, tokens) === 0) {
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
    const start = startOf(request, model, adapter);
    if (start.kind === "fresh")
      await request.prepare(
        attempt === 1 && rerun === 0 ? "before the call" : `before attempt ${attempt} of ${request.role}`,
      );
    const reservation = reservationFor({
      id: newId(),
      model,
      costControl: adapter.capabilities.costControl,
      settings,
      spec: task.spec,
      day: day(clock.now()),
      grantedMicros: request.grantedMicros,
    });
    const folder = await files.folder(task.run, progress.call, attempt, rerun);
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
    const refusal = await ledger.calls.begin(
      {
        repository: task.repository,
        run: task.run,
        fence: task.writer.fence,
        events: this.#intent(task, request, progress, choice, row, model),
      },
      reservation,
    );
    if (refusal === null) {
      Object.assign(progress, { begun: true, attempt, rerun, next: null, lastRoute: routeText(choice) });
      return { kind: "started", attempt: row, start };
    }
    return await this.#refused(task, progress, choice, refusal);
  }

  async #refused(
    task: CallingTask,
    progress: CallProgress,
    choice: Choice & { kind: "use" },
    refusal: Refusal,
  ): Promise<Begun> {
    await task.writer.append([{ type: "budget.refused", call: progress.call, data: refusal }]);
    const next = afterRefusal(refusal, this.#parts.settings().budget);
    if (next === "wait") return { kind: "wait" };
    if (next !== "downgrade") return { kind: "refused", refusal };
    progress.spent.set(choice.model, refusalText(refusal));
    return { kind: "cheaper" };
  }

  #intent(
    task: CallingTask,
    request: CallRequest,
    progress: CallProgress,
    choice: Choice & { kind: "use" },
    row: AttemptRow,
    model: ModelSettings,
  ): readonly NewEvent[] {
    const where = {
      task: task.spec.id,
      call: progress.call,
      correlation: correlationOf(task, progress),
      ...(request.step === null ? {} : { step: request.step }),
    };
    const events: NewEvent[] = [];
    if (!progress.begun) {
      events.push({
        ...where,
        type: "call.started",
        data: {
          key: request.key,
          role: request.role,
          round: request.round,
          generation: task.generation,
          promptHash: request.prompt.hash,
        },
      });
    }
    if (routeText(choice) !== progress.lastRoute) {
      events.push({
        ...where,
        type: "route.decided",
        data: {
          key: request.key,
          role: request.role,
          chosen: choice.model,
          candidates: choice.candidates,
          reason: choice.reason,
        },
      });
    }
    const { attempt, rerun, adapter, account, folder, base, session, reservation } = row;
    events.push({
      ...where,
      type: "attempt.started",
      data: {
        attempt,
        rerun,
        model: model.name,
        adapter,
        account,
        provider: model.provider,
        billing: model.billing,
        folder,
        base,
        session,
        reservation,
      },
    });
    return events;
  }

  async run(task: CallingTask, request: CallRequest, row: AttemptRow, start: Start): Promise<AttemptResult> {
    const { clock, scratch, files } = this.#parts;
    const model = this.#model(row.model);
    const spec = await this.#spec(task, request, row, model, start);
    const where = { call: row.call, ...(request.step === null ? {} : { step: request.step }) };
    const { attempt, rerun } = row;
    const result = await runAttempt(this.#adapter(model), spec, task.turn.signal, {
      clock,
      scratch,
      onSlept: this.#parts.onSlept,
      onProcess: (process) =>
        task.writer.append([{ ...where, type: "attempt.spawned", data: { attempt, rerun, ...process } }]),
      onSession: (session) => task.writer.append([{ ...where, type: "attempt.session", data: { attempt, session } }]),
    });
    if (result.outcome.kind !== "cancelled") await files.writeOutcome(row.folder, result.outcome);
    return result;
  }

  /** How an attempt goes on that has no end in the ledger; null: only by running it again. */
  startAfterCrash(row: AttemptRow): Start | null {
    const adapter = this.#parts.adapters.get(this.#known(row.model)?.adapter ?? "scripted");
    if (adapter === undefined || this.#known(row.model) === null) return null;
    if (adapter.capabilities.durableOutput && row.pid !== null && row.startTime !== null) {
      return { kind: "adopt", process: { pid: row.pid, startTime: row.startTime }, session: row.session };
    }
    return adapter.capabilities.resume && row.session !== null && row.state === "spawned"
      ? { kind: "resume", session: row.session }
      : null;
  }

  /** Ends what a crash cut off: not counted, its cost unsettled. The next start has the same number. */
  async endCrashed(task: CallingTask, progress: CallProgress, row: AttemptRow): Promise<void> {
    const spawned =
      row.state === "spawned" ||
      !(this.#known(row.model) !== null && this.#adapterOf(row.model)?.capabilities.durableOutput === true);
    const cost = spawned
      ? ({ micros: null, source: "unsettled" } as const)
      : ({ micros: 0, source: "reported" } as const);
    await this.#parts.ledger.calls.end(
      {
        repository: task.repository,
        run: task.run,
        fence: task.writer.fence,
        events: [
          {
            type: "attempt.ended",
            task: task.spec.id,
            call: row.call,
            data: {
              attempt: row.attempt,
              rerun: row.rerun,
              model: row.model,
              account: row.account,
              outcome: "crashed",
              failure: null,
              usage: noUsage,
              cost,
              durationMs: Math.max(0, this.#parts.clock.now() - row.startedAt),
              startupMs: null,
              session: row.session,
              counted: false,
            },
          },
        ],
      },
      {
        reservation: row.reservation,
        cost,
        usage: noUsage,
        model: row.model,
        day: this.#parts.day(this.#parts.clock.now()),
        breaker: null,
      },
    );
    Object.assign(progress, { attempt: row.attempt, rerun: row.rerun, next: { model: row.model, atMs: 0 } });
  }

  async #spec(
    task: CallingTask,
    request: CallRequest,
    row: AttemptRow,
    model: ModelSettings,
    start: Start,
  ): Promise<CallSpec> {
    const settings = this.#parts.settings();
    const { timeouts } = settings;
    const adapter = this.#adapter(model);
    const roleMs = request.role === "implementer" ? timeouts.implementMs : timeouts.reviewMs;
    const leftMs = await task.timeLeftMs();
    return {
      call: row.call,
      task: task.spec.id,
      step: request.step,
      round: request.round,
      attempt: row.attempt,
      key: `${task.spec.id}/${request.key}`,
      attemptKey: `${task.spec.id}/${request.key}#${row.attempt}`,
      role: request.role,
      model,
      prompt: request.prompt.text,
      schema: request.prompt.schema,
      workdir: request.workdir,
      folder: row.folder,
      access: request.access,
      permissions: settings.permissions,
      limits: {
        startupMs: timeouts.startupMs,
        idleMs: timeouts.idleMs,
        wallMs: Math.max(
          1,
          Math.min(adapter.capabilities.implements ? roleMs : timeouts.httpMs, leftMs ?? Number.POSITIVE_INFINITY),
        ),
      },
      start,
      correlation: row.call,
      env: settings.env,
      budgetLeftMicros: null,
    };
  }

  #known(name: ModelName): ModelSettings | null {
    return this.#parts.settings().models.find((model) => model.name === name) ?? null;
  }

  #adapterOf(name: ModelName): ModelAdapter | undefined {
    const model = this.#known(name);
    return model === null ? undefined : this.#parts.adapters.get(model.adapter);
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

function startOf(request: CallRequest, model: ModelSettings, adapter: ModelAdapter): Start {
  const { session } = request;
  if (session !== null && session.model === model.name && adapter.capabilities.resume)
    return { kind: "resume", session: session.session };
  return { kind: "fresh", session: null };
}

function attemptRow(
  call: string,
  attempt: number,
  rerun: number,
  model: ModelSettings,
  folder: string,
  request: CallRequest,
  start: Start,
  reservation: string | null,
  nowMs: number,
): AttemptRow {
  return {
    call,
    attempt,
    rerun,
    model: model.name,
    adapter: model.adapter,
    account: model.account,
    folder,
    base: request.base,
    session: start.session,
    reservation,
    state: "intended",
    pid: null,
    startTime: null,
    startedAt: nowMs,
    endedAt: null,
    outcome: null,
    failure: null,
    counted: false,
    usage: noUsage,
    cost: unknownCost,
    durationMs: null,
  };
}

const correlationOf = (_task: CallingTask, progress: CallProgress): string => progress.call;

const routeText = (choice: Choice & { kind: "use" }): string => canonicalJson(toJson(choice.candidates));
