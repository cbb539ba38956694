import type { ModelName, TaskId } from "../domain/ids.ts";
import type { PriceRow } from "../domain/price.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";
import type { TaskSpec } from "../domain/task.ts";

export type BudgetScope = "call" | "task" | "run" | "day";

/** Micro-dollars per scope; null: no cap. */
export type Caps = Readonly<Record<BudgetScope, number | null>>;

/** What is assumed of a call whose price nobody knows, where no cap of a call can be made to hold. */
export const assumedCallMicros = 1_000_000;

/** When a cap on a call's cost can be made to hold; a field of the adapter. */
export type CostControl = "before" | "during" | "after" | "none";

/** When the cap of a call of this model can be made to hold; one that is held by the list of prices cannot without a price. */
export const costControlOf = (
  able: { readonly costControl: CostControl; readonly capsByPrice?: boolean },
  prices: readonly PriceRow[],
): CostControl => (able.capsByPrice === true && prices.length === 0 ? "none" : able.costControl);

/**
 * The caps of a task's calls. Its own budget goes before the settings' one; a person's grant raises all but the call's. By how
 * much a budget was raised for all tasks has the grant of whoever asked in it.
 */
export function capsOf(
  budget: Settings["budget"],
  spec: TaskSpec,
  grantedMicros: number,
  forAll: { readonly run: number; readonly day: number } = { run: 0, day: 0 },
): Caps {
  const raised = (cap: number | null, byMicros = 0): number | null =>
    cap === null ? null : cap + Math.max(grantedMicros, byMicros);
  return {
    call: budget.callMicros,
    task: raised(spec.budget.usdMicros ?? budget.taskMicros),
    run: raised(budget.runMicros, forAll.run),
    day: raised(budget.dayMicros, forAll.day),
  };
}

/** What is left under a cap after what is spent and what running calls may still spend; never below zero. */
export const leftUnder = (
  capMicros: number | null,
  spend: { readonly micros: number; readonly reservedMicros: number },
): number | null => (capMicros === null ? null : Math.max(0, capMicros - spend.micros - spend.reservedMicros));

/** The scope with the least; null: no caps at all. Of equal ones the narrowest. */
export function tightest(caps: Caps): { readonly scope: BudgetScope; readonly micros: number } | null {
  let found: { readonly scope: BudgetScope; readonly micros: number } | null = null;
  for (const scope of ["call", "task", "run", "day"] as const) {
    const micros = caps[scope];
    if (micros !== null && (found === null || micros < found.micros)) found = { scope, micros };
  }
  return found;
}

/** A reservation before it is written: the amount, and the caps it has to fit under at that moment. */
export interface WantedReservation {
  readonly id: string;
  readonly model: ModelName;
  readonly micros: number;
  readonly caps: {
    readonly taskMicros: number | null;
    readonly runMicros: number | null;
    readonly dayMicros: number | null;
  };
  readonly day: string;
  /** The task that this one is a part of, and the cap that both are under together. */
  readonly parent?: { readonly task: TaskId; readonly capMicros: number | null };
  /** Of the caps, what a person granted to this one call. */
  readonly grantedMicros: number;
}

/**
 * What to reserve before a call; null where a call costs no money. A model whose adapter can make a cap hold is reserved the
 * cap of a call, or the most the call may cost where that is known and less; any other an assumed amount where that is more.
 * No more than a cap is wanted at a time, so that a small budget serves one call after the other instead of none; one of
 * nothing at all serves none.
 */
export function reservationFor(call: {
  readonly id: string;
  readonly model: ModelSettings;
  readonly costControl: CostControl;
  readonly settings: Settings;
  readonly spec: TaskSpec;
  /** Absent: it is no part. */
  readonly parent?: TaskSpec | undefined;
  readonly day: string;
  readonly grantedMicros: number;
  /** The most it may cost, whatever it answers; null or absent: nobody knows. */
  readonly worstMicros?: number | null;
}): WantedReservation | null {
  if (call.model.billing !== "metered") return null;
  const caps = capsOf(call.settings.budget, call.spec, call.grantedMicros);
  const { worstMicros = null, parent } = call;
  const over = parent === undefined ? null : capsOf(call.settings.budget, parent, call.grantedMicros).task;
  const ownMicros = caps.call ?? worstMicros ?? assumedCallMicros;
  const micros = canHold(call.costControl)
    ? Math.min(ownMicros, worstMicros ?? ownMicros)
    : Math.max(ownMicros, assumedCallMicros);
  const most = tightest({ ...caps, call: over });
  return {
    id: call.id,
    model: call.model.name,
    micros: most === null || most.micros === 0 ? micros : Math.min(micros, most.micros),
    caps: { taskMicros: caps.task, runMicros: caps.run, dayMicros: caps.day },
    day: call.day,
    ...(parent === undefined ? {} : { parent: { task: parent.id, capMicros: over } }),
    grantedMicros: call.grantedMicros,
  };
}

const canHold = (control: CostControl): boolean => control === "before" || control === "during";

/** What an adapter is to hold a call to; null where it cannot, or nobody set a cap. */
export function callCap(
  reservation: WantedReservation | null,
  control: CostControl,
  callMicros: number | null,
): number | null {
  if (reservation === null || !canHold(control)) return null;
  const { taskMicros, runMicros, dayMicros } = reservation.caps;
  const capped = [callMicros, taskMicros, runMicros, dayMicros].some((cap) => cap !== null);
  return capped ? reservation.micros : null;
}

export interface BudgetRefusal {
  readonly scope: BudgetScope;
  readonly wantedMicros: number;
  readonly leftMicros: number;
  readonly by: "spend" | "reservations";
  /** Calls that nobody knows the cost of: what was set aside for each counts in it. */
  readonly unknownCalls?: number;
}

/**
 * What a refused reservation leads to: waiting where running calls may give some back, else what the settings say. After
 * `downgrade` the next candidate is tried; when none is left the refusal is a question.
 */
export function afterRefusal(
  refusal: BudgetRefusal,
  budget: Settings["budget"],
): "wait" | "stop" | "ask" | "downgrade" {
  return refusal.by === "reservations" ? "wait" : budget.onLimit;
}

/** A refusal as a person reads it. Where no money was wanted, tokens were. */
export const refusalText = (refusal: BudgetRefusal): string =>
  refusal.wantedMicros === 0
    ? `the tokens in the budget of the ${refusal.scope} are used up`
    : `the budget of the ${refusal.scope} has ${usd(refusal.leftMicros)} left and the next call may cost ${usd(refusal.wantedMicros)}${assumedText(refusal)}`;

const assumedText = ({ unknownCalls = 0 }: BudgetRefusal): string =>
  unknownCalls === 0
    ? ""
    : `; in it, ${unknownCalls === 1 ? "a call" : `${unknownCalls} calls`} of unknown cost ${unknownCalls === 1 ? "is" : "are"} only assumed to have cost what was set aside, until prices in the settings has a row for the model`;

/** Tokens a task may still use; null: no cap. */
export const tokensLeft = (spec: TaskSpec, used: number): number | null =>
  spec.budget.tokens === null ? null : Math.max(0, spec.budget.tokens - used);

/** What is left for a call before a budget ends it; null: nothing limits it. */
export interface BudgetLeft {
  readonly micros: number | null;
  readonly tokens: number | null;
}

/** What an agent is told of its budget, behind everything else it is told; "" where it has none. */
export function budgetNote({ micros, tokens }: BudgetLeft): string {
  const left = [
    ...(micros === null ? [] : [usd(micros)]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString("en-US")} tokens`]),
  ];
  if (left.length === 0) return "";
  return `\n\nThe budget of this work has ${left.join(" and ")} left. When it is used up you are stopped: do what was asked for first.\n`;
}

const usd = (micros: number): string => `$${(micros / 1_000_000).toFixed(micros % 10_000 === 0 ? 2 : 4)}`;
