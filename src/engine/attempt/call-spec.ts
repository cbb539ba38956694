import type { Usage } from "../../domain/money.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import { noMarks } from "../../domain/prompt-marks.ts";
import type { EnvSettings, ModelSettings, Settings } from "../../domain/settings.ts";
import type { SlotUse } from "../../domain/slot.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { isOneAnswer } from "../../policy/answer-cache.ts";
import { budgetNote, type BudgetLeft } from "../../policy/budget.ts";
import { checksOfTask, withoutServices } from "../../policy/check-scope.ts";
import { pricesOf } from "../../policy/prices.ts";
import type { CallSpec, Capabilities, Start } from "../ports/adapter.ts";
import type { CallRequest } from "./call-request.ts";

/** Everything an adapter is told about one attempt. `leftMs`: working time the task has left. */
export function callSpec(
  request: CallRequest,
  row: AttemptRow,
  of: {
    readonly spec: TaskSpec;
    readonly settings: Settings;
    readonly model: ModelSettings;
    readonly start: Start;
    readonly capabilities: Capabilities;
    readonly leftMs: number | null;
    readonly capMicros: number | null;
    readonly left: BudgetLeft;
    /** What the session was booked with before this attempt; null: there was none. */
    readonly counted: Usage | null;
    readonly slot: SlotUse | null;
  },
): CallSpec {
  const { timeouts, permissions, env } = of.settings;
  const { checks: named } = of.spec;
  const agentMs = request.role === "implementer" ? timeouts.implementMs : timeouts.reviewMs;
  const { implements: worksAlone, oneRequest = [] } = of.capabilities;
  const kindMs = worksAlone && !oneRequest.includes(request.role) ? agentMs : timeouts.httpMs;
  const { call, attempt, folder } = row;
  const { role, step, round, workdir, access } = request;
  const key = `${of.spec.id}/${request.key}`;
  return {
    call,
    task: of.spec.id,
    step,
    round,
    attempt,
    key,
    attemptKey: `${key}#${attempt}`,
    role,
    model: of.model,
    // A question that is asked beside all work has nothing to be thrifty with, nor has what is answered at once.
    prompt: request.prompt.text + (isOneAnswer(role) ? "" : budgetNote(of.left)),
    marks: request.prompt.marks ?? noMarks,
    schema: request.prompt.schema,
    workdir,
    folder,
    access,
    permissions,
    limits: {
      startupMs: of.capabilities.quietStart === true ? timeouts.idleMs : timeouts.startupMs,
      idleMs: timeouts.idleMs,
      wallMs: Math.max(1, Math.min(kindMs, of.leftMs ?? kindMs)),
    },
    start: of.start,
    correlation: call,
    env: forModel(env, of.model, of.settings),
    budgetLeftMicros: of.capMicros,
    prices: pricesOf(of.model, of.settings.prices),
    checks: checksOfTask(of.settings.checks, named),
    checkNames: withoutServices(of.settings.checks).map(({ name }) => name),
    ...(of.settings.budget.meteredFallback ? { paysBeyondPlan: true } : {}),
    ...(request.stage === undefined ? {} : { stage: request.stage }),
    ...(of.slot === null ? {} : { slot: of.slot }),
    ...(of.counted === null ? {} : { counted: of.counted }),
  };
}

/** A key of an account is for its own models alone, whatever is passed on to all. */
function forModel({ pass, set }: EnvSettings, { keyEnv }: ModelSettings, { accounts = {} }: Settings): EnvSettings {
  const keys = new Set(Object.values(accounts).map((account) => account.keyEnv));
  const isFor = (name: string): boolean => name === keyEnv || !keys.has(name);
  return {
    pass: pass.filter(isFor),
    set: Object.fromEntries(Object.entries(set).filter(([name]) => isFor(name))),
  };
}
