import type { ErrorReason, Failure } from "../domain/failure.ts";
import type { Hold } from "../domain/question.ts";
import type { Settings } from "../domain/settings.ts";

const hourMs = 3_600_000;
/** An instant further away is taken for a provider's mistake, and a person decides. */
const farthestMs = 366 * 24 * hourMs;

/**
 * How long to hold where the provider names a limit but not its end. A plan's windows are hours long and one attempt an
 * hour is cheap; a day's limit is met again within a quarter of a day. Spent quotas and caps end by a person only.
 */
const defaultHoldMs: Readonly<Partial<Record<ErrorReason, number | null>>> = {
  plan_limit: hourMs,
  per_day: 6 * hourMs,
  quota_exhausted: null,
  spend_cap: null,
};
/** For a wait without a length. */
const otherHoldMs = 60_000;

export interface LimitHold {
  /** Null: until a person. */
  readonly untilMs: number | null;
  readonly reason: string;
}

/**
 * The hold a limit of an account leads to: until its reset, else as long as it asked for, else a default by reason. `resumes`
 * counts how often this target was held in this run; at the cap, or with auto_resume off, the hold ends by a person only.
 */
export function limitHold(
  failure: Failure,
  nowMs: number,
  settings: Settings["holds"] & { readonly resumes: number },
): LimitHold {
  const hold = ownEnd(failure, nowMs);
  if (hold.untilMs === null) return hold;
  const end = `${hold.reason}; was to end at ${new Date(hold.untilMs).toISOString()}`;
  if (!settings.autoResume) return { untilMs: null, reason: `${end}, but holds.auto_resume is off` };
  if (settings.resumes < settings.maxResumes) return hold;
  return { untilMs: null, reason: `${end}, but was resumed ${settings.resumes} times already (holds.max_resumes)` };
}

function ownEnd(failure: Failure, nowMs: number): LimitHold {
  const kind = failure.reason === null ? failure.type : `${failure.type} (${failure.reason})`;
  const said = `${kind}: ${failure.message}`;
  const endMs = announcedEnd(failure, nowMs);
  if (endMs !== null && endMs - nowMs > farthestMs) {
    return { untilMs: null, reason: `${said}; its end is over a year away, so a person decides` };
  }
  if (endMs !== null) return { untilMs: endMs, reason: said };
  const byReason = failure.reason === null ? otherHoldMs : defaultHoldMs[failure.reason];
  if (byReason === null) return { untilMs: null, reason: `${said}; only a person can end it` };
  return { untilMs: nowMs + (byReason ?? otherHoldMs), reason: `${said}; its end is not known` };
}

function announcedEnd(failure: Failure, nowMs: number): number | null {
  if (failure.resetAtMs !== null && failure.resetAtMs > nowMs) return failure.resetAtMs;
  if (failure.retryAfterMs !== null && failure.retryAfterMs > 0) return nowMs + failure.retryAfterMs;
  return null;
}

/** Whether a hold is still in force. */
export const isHeld = (hold: Hold, nowMs: number): boolean => hold.untilMs === null || hold.untilMs > nowMs;

/** The end of several holds together: null where one of them waits for a person. */
export function latestEnd(holds: readonly Hold[]): number | null {
  let latest = 0;
  for (const hold of holds) {
    if (hold.untilMs === null) return null;
    latest = Math.max(latest, hold.untilMs);
  }
  return latest;
}
