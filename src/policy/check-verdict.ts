import type { baseResults, CheckResult } from "../domain/events.ts";

/** How a check ended on one tree. */
export interface Ended {
  readonly result: (typeof baseResults)[number];
  readonly failures: readonly string[];
}

/** What there is to know of a check that is red on a task's tree. */
export interface CheckFacts {
  readonly own: Ended;
  /** The base as it was measured before; null: it was not. */
  readonly before: Ended | null;
  /** The base measured now, alone, past what is known; null: it was not, or could not be. */
  readonly again: Ended | null;
  /** Whether a red base is taken for red all along: its failures are ids of tests, or nobody was to be asked about it. */
  readonly mayBeKnown: boolean;
  /** Whether a person goes on without the check: then the base may be red, and get worse. */
  readonly waived: boolean;
  /** Failures that the change is to mend. Absent: none. */
  readonly mends?: readonly string[];
}

/**
 * What a check says of a change. A base that got worse without anybody changing it tells that something else is at fault: that
 * is no verdict on the change, neither for nor against it.
 */
export function checkVerdict({
  own,
  before,
  again,
  mayBeKnown,
  waived,
  mends = [],
}: CheckFacts): Pick<CheckResult, "result" | "newFailures"> {
  if (own.result !== "fail") return { result: own.result, newFailures: [] };
  const left = own.failures.filter((id) => mends.includes(id));
  if (left.length > 0) return { result: "fail", newFailures: left };
  const atBase = new Set([...failed(before), ...failed(again)]);
  const newFailures = own.failures.filter((id) => !atBase.has(id));
  const isStrange =
    (before !== null && isWorse(before, again)) || (!mayBeKnown && (again ?? before)?.result === "fail");
  if (isStrange && !waived) return { result: "environment", newFailures: [] };
  // The base is green now: what was red of it before has passed.
  if (again !== null && again.result !== "fail") return { result: "fail", newFailures: own.failures };
  return newFailures.length === 0 ? { result: "known", newFailures } : { result: "fail", newFailures };
}

/** Whether what a change fails by is known of its base already, so that no new measurement of it could block the change. */
export const isCovered = (own: Ended, before: Ended | undefined): boolean => {
  const known = new Set(failed(before ?? null));
  return own.failures.every((id) => known.has(id));
};

const failed = (ended: Ended | null): readonly string[] => (ended?.result === "fail" ? ended.failures : []);

function isWorse(before: Ended, again: Ended | null): boolean {
  const known = new Set(failed(before));
  return failed(again).some((id) => !known.has(id));
}

/** Whether the failures are ids of tests, so that those of a change can be told from those of the base. */
export const isNamed = (
  check: { readonly name: string; readonly report: { readonly kind: "junit" | "pattern" } | null },
  failures: readonly string[],
): boolean =>
  check.report?.kind === "junit" && failures.length > 0 && !(failures.length === 1 && failures[0] === check.name);

/** How long a hold for a fault of the environment lasts, one after the other; then a person is asked. */
const waitsMs: readonly number[] = [60_000, 5 * 60_000, 15 * 60_000];

/** How long to wait before the next measurement after `times` in a row; null: a person is asked. */
export const environmentWaitMs = (times: number): number | null => waitsMs[times - 1] ?? null;

const serviceWaitsMs: readonly number[] = [10_000, 30_000, 60_000, 5 * 60_000];

/** The same where a service does not stand: what was only started anew is there soon. */
export const serviceWaitMs = (times: number): number | null => serviceWaitsMs[times - 1] ?? null;
