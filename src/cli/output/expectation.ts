import type { AccountUse } from "../../domain/account-use.ts";
import type { RouteCandidate } from "../../domain/events.ts";
import type { ModelName, TaskId } from "../../domain/ids.ts";
import { addCost, type Cost } from "../../domain/money.ts";
import type { Hold } from "../../domain/question.ts";
import type { BreakerRow, ModelTotals } from "../../domain/rows.ts";
import type { AdapterName, Settings } from "../../domain/settings.ts";
import type { TaskSpec } from "../../domain/task.ts";
import {
  expectedCalls,
  expectedCost,
  totalCalls,
  workingRoles,
  type CallPrice,
  type CallRange,
  type WorkingRole,
} from "../../policy/estimate.ts";
import { route } from "../../policy/route.ts";

/** Who is going to do a part of a task's work, as things are now. */
export interface ExpectedRole {
  readonly role: WorkingRole;
  /** Null: nobody can, or nobody may now. */
  readonly model: ModelName | null;
  readonly why: string;
  readonly candidates: readonly RouteCandidate[];
}

export interface ExpectedTask {
  readonly id: TaskId;
  /** Only roles this task needs. */
  readonly roles: readonly ExpectedRole[];
  readonly calls: CallRange;
  readonly cost: Cost;
}

/** What a backlog takes. */
export interface Expectation {
  readonly tasks: readonly ExpectedTask[];
  readonly calls: CallRange;
  readonly cost: Cost;
}

export interface ExpectationFacts {
  readonly settings: Settings;
  readonly adapters: ReadonlyMap<AdapterName, { readonly implements: boolean }>;
  readonly holds: readonly Hold[];
  /** What is used of the accounts; absent: it matters to nothing. */
  readonly use?: AccountUse;
  readonly breakers: readonly BreakerRow[];
  readonly nowMs: number;
  /** Totals of earlier runs: what a call of a model cost is what the next is taken to cost. */
  readonly history: readonly ModelTotals[];
}

/** Whose work a reviewer sees. */
const authorOf: Partial<Record<WorkingRole, WorkingRole>> = { plan_reviewer: "planner", code_reviewer: "implementer" };

export function expectWork(tasks: readonly TaskSpec[], facts: ExpectationFacts): Expectation {
  const known = new Map<string, ReturnType<typeof expectTask>>();
  const split = new Set(tasks.flatMap(({ parent }) => parent ?? []));
  const expected = tasks.map((spec) => {
    if (split.has(spec.id)) return { task: inParts(spec.id), byRole: null };
    const kind = kindOf(spec);
    const alike = known.get(kind) ?? expectTask(spec, facts);
    known.set(kind, alike);
    return { ...alike, task: { ...alike.task, id: spec.id } };
  });
  return {
    tasks: expected.map(({ task }) => task),
    calls: totalCalls(expected.flatMap(({ byRole }) => byRole ?? [])),
    cost: expected.map(({ task }) => task.cost).reduce<Cost>(addCost, nothing),
  };
}

const nothing: Cost = { micros: 0, source: "estimated" };

/** What is to be done of it are its parts, each of which is expected by itself. */
const inParts = (id: TaskId): ExpectedTask => ({
  id,
  roles: [],
  calls: { least: 0, expected: 0, most: 0 },
  cost: nothing,
});

/** All of a task but what nobody chooses a model by: a backlog has few kinds. */
function kindOf({ id: _id, goal: _goal, details: _details, needs: _needs, ...kind }: TaskSpec): string {
  return JSON.stringify(kind);
}

function expectTask(spec: TaskSpec, facts: ExpectationFacts) {
  const byRole = expectedCalls({ mode: spec.mode, risk: spec.risk, steps: null }, facts.settings.review);
  const chosen = new Map<WorkingRole, ModelName>();
  const prices: Partial<Record<WorkingRole, CallPrice>> = {};
  const roles: ExpectedRole[] = [];
  for (const role of workingRoles) {
    if (byRole[role].most === 0) continue;
    const expected = expectRole(role, spec, facts, chosen.get(authorOf[role] ?? role) ?? null);
    roles.push(expected);
    if (expected.model === null) continue;
    chosen.set(role, expected.model);
    const price = priceOf(expected.model, facts);
    if (price !== null) prices[role] = price;
  }
  const task: ExpectedTask = { id: spec.id, roles, calls: totalCalls([byRole]), cost: expectedCost(byRole, prices) };
  return { task, byRole };
}

function expectRole(
  role: WorkingRole,
  spec: TaskSpec,
  facts: ExpectationFacts,
  author: ModelName | null,
): ExpectedRole {
  const { settings, nowMs, adapters, holds, breakers, use } = facts;
  const decided = route({
    role,
    spec,
    risk: spec.risk,
    settings,
    nowMs,
    facts: {
      adapters,
      holds,
      breakers,
      exhausted: new Map(),
      exclude: [],
      forced: null,
      authors: author === null ? [] : [author],
      escalate: null,
      ...(use === undefined ? {} : { use }),
    },
  });
  return {
    role,
    model: decided.kind === "use" ? decided.models[0] : null,
    why: decided.reason,
    candidates: decided.candidates,
  };
}

function priceOf(name: ModelName, { settings, history }: ExpectationFacts): CallPrice | null {
  const model = settings.models.find((one) => one.name === name);
  return model === undefined ? null : { billing: model.billing, callMicros: meanMicros(name, history) };
}

/** Null: no call of it has told its cost. */
export function meanMicros(model: ModelName, history: readonly ModelTotals[]): number | null {
  let micros = 0;
  let calls = 0;
  for (const total of history) {
    if (total.model !== model || total.cost.micros === null) continue;
    micros += total.cost.micros;
    calls += total.calls;
  }
  return calls === 0 ? null : Math.round(micros / calls);
}
