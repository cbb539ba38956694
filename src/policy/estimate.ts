import { addCost, unknownCost, type Cost } from "../domain/money.ts";
import type { WorkTime } from "../domain/rows.ts";
import type { Billing, Settings } from "../domain/settings.ts";
import type { Mode, Risk } from "../domain/task.ts";

export type WorkingRole = "planner" | "plan_reviewer" | "implementer" | "code_reviewer";

/** A number of calls: when all is approved at once, with one correction of the code, and up to where a person is asked. */
export interface CallRange {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

export type ExpectedCalls = Readonly<Record<WorkingRole, CallRange>>;

/** How many steps a plan is taken to have before there is one. */
const assumedSteps = 3;

/** How often a task's models will be asked, retries and red gates aside. `steps` null: not planned yet. */
export function expectedCalls(
  task: { readonly mode: Mode; readonly risk: Risk; readonly steps: number | null },
  review: Settings["review"],
): ExpectedCalls {
  const planned = task.mode !== "two-loop";
  const steps = planned ? (task.steps ?? assumedSteps) : 1;
  const each = (review.per ?? (task.risk === "high" ? "step" : "task")) === "step";
  const reviews = each ? steps : 1;
  const corrections = Math.max(0, review.rounds - 1);
  const one = Math.min(1, corrections);
  const plan = planned ? { least: 1, expected: 1, most: 1 + corrections } : { least: 0, expected: 0, most: 0 };
  return {
    planner: plan,
    plan_reviewer: plan,
    implementer: { least: steps, expected: steps + one, most: steps + reviews * corrections },
    code_reviewer: { least: reviews, expected: reviews + one, most: reviews + reviews * corrections },
  };
}

export const workingRoles: readonly WorkingRole[] = ["planner", "plan_reviewer", "implementer", "code_reviewer"];

/** All roles and tasks together. */
export function totalCalls(tasks: readonly ExpectedCalls[]): CallRange {
  const total = { least: 0, expected: 0, most: 0 };
  for (const calls of tasks) {
    for (const role of workingRoles) {
      total.least += calls[role].least;
      total.expected += calls[role].expected;
      total.most += calls[role].most;
    }
  }
  return total;
}

/** Who is asked first in a role. `callMicros` null: nobody knows what a call of this model costs. */
export interface CallPrice {
  readonly billing: Billing;
  readonly callMicros: number | null;
}

/** What the expected calls cost. Calls that are not metered cost nothing; an unknown price makes the sum a lower bound. */
export function expectedCost(calls: ExpectedCalls, prices: Readonly<Partial<Record<WorkingRole, CallPrice>>>): Cost {
  let sum: Cost = { micros: 0, source: "estimated" };
  for (const role of workingRoles) {
    const { expected } = calls[role];
    if (expected > 0) sum = addCost(sum, costOf(expected, prices[role]));
  }
  return sum.micros === 0 && sum.source === "lower_bound" ? unknownCost : sum;
}

function costOf(count: number, price: CallPrice | undefined): Cost {
  if (price === undefined) return unknownCost;
  if (price.billing !== "metered") return { micros: 0, source: "estimated" };
  return price.callMicros === null ? unknownCost : { micros: count * price.callMicros, source: "estimated" };
}

type Kind = Pick<WorkTime, "mode" | "risk">;

/** Fewer past tasks say nothing about those to come. */
const fewest = 3;

/** Past tasks of the same mode and risk where there are enough, else all; null: there are too few. */
export function pastLike(past: readonly WorkTime[]): ((kind: Kind) => readonly WorkTime[]) | null {
  if (past.length < fewest) return null;
  const keyOf = ({ mode, risk }: Kind): string => `${mode} ${risk}`;
  const byKind = Map.groupBy(past, keyOf);
  return (kind) => {
    const same = byKind.get(keyOf(kind)) ?? [];
    return same.length < fewest ? past : same;
  };
}

/** What a task is expected to take: the median of those like it; without enough of them each counts 1. */
export function typicalMs(past: readonly WorkTime[]): (kind: Kind) => number {
  const likeIt = pastLike(past);
  if (likeIt === null) return () => 1;
  const known = new Map<readonly WorkTime[], number>();
  return (kind) => {
    const like = likeIt(kind);
    const median = known.get(like) ?? medianOf(like.map(({ workedMs }) => workedMs));
    known.set(like, median);
    return median;
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
