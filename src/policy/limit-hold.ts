import type { ErrorReason, Failure } from "../domain/failure.ts";
import { failureText } from "../domain/failure-words.ts";
import type { HoldId } from "../domain/ids.ts";
import type { Hold } from "../domain/question.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";

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
/** For a wait without a length, and for an end that is past already: clocks differ by seconds. Doubled at each resume. */
const otherHoldMs = 60_000;
/** Some providers name a wait of seconds with the limit of a day: it is believed so often. */
const shortWaitsBelieved = 2;

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
  const hold = ownEnd(failure, nowMs, settings.resumes);
  if (hold.untilMs === null) return hold;
  const end = `${hold.reason}; was to end at ${new Date(hold.untilMs).toISOString()}`;
  if (!settings.autoResume) return { untilMs: null, reason: `${end}, but holds.auto_resume is off` };
  if (settings.resumes < settings.maxResumes) return hold;
  const times = settings.resumes === 1 ? "once" : `${settings.resumes} times`;
  return { untilMs: null, reason: `${end}, but was resumed ${times} already (holds.max_resumes)` };
}

function ownEnd(failure: Failure, nowMs: number, resumes: number): LimitHold {
  const said = failureText(failure);
  const isShort = failure.reason === "per_day" && failure.resetAtMs === null && (failure.retryAfterMs ?? 0) < hourMs;
  const endMs = isShort && resumes >= shortWaitsBelieved ? null : announcedEnd(failure, nowMs);
  if (endMs !== null && endMs - nowMs > farthestMs) {
    return { untilMs: null, reason: `${said}; its end is over a year away, so a person decides` };
  }
  if (endMs !== null) return { untilMs: endMs, reason: said };
  if (failure.resetAtMs !== null && nowMs - failure.resetAtMs < hourMs) {
    const untilMs = nowMs + Math.min(hourMs, otherHoldMs * 2 ** resumes);
    return { untilMs, reason: `${said}; it should have ended by now` };
  }
  const byReason = failure.reason === null ? otherHoldMs : defaultHoldMs[failure.reason];
  if (byReason === null) return { untilMs: null, reason: `${said}; only a person can end it` };
  return { untilMs: nowMs + (byReason ?? otherHoldMs), reason: `${said}; its end is not known` };
}

function announcedEnd(failure: Failure, nowMs: number): number | null {
  if (failure.resetAtMs !== null && failure.resetAtMs > nowMs) return failure.resetAtMs;
  if (failure.retryAfterMs !== null && failure.retryAfterMs > 0) return nowMs + failure.retryAfterMs;
  return null;
}

/** A limit that a call met, with what decides what becomes of it. */
export interface LimitReport {
  /** Of the hold, if one is set. */
  readonly id: HoldId;
  readonly account: string;
  readonly failure: Failure;
  /** When the call began. */
  readonly sinceMs: number;
  readonly settings: Settings["holds"];
}

/** The last hold that a limit of this account led to in this run. `over` null: nobody has said so. */
export interface LastLimit {
  readonly hold: Hold;
  readonly over: { readonly atMs: number; readonly byPerson: boolean } | null;
}

/**
 * What a limit makes of its account's hold; null: it stays as it is. Calls that were under way together meet one limit
 * together: they count as one, and none of them shortens a hold that stands. A person who said "retry now" is not
 * contradicted by calls from before.
 */
export function accountHold(
  report: LimitReport,
  currentHold: Hold | null,
  last: LastLimit | null,
  nowMs: number,
): Hold | null {
  const { failure, settings, sinceMs } = report;
  const isOldNews = last?.over?.byPerson === true && sinceMs < last.over.atMs;
  if (isOldNews) return null;
  const resumes = resumesOf(last, sinceMs, currentHold !== null);
  const { untilMs, reason } = limitHold(failure, nowMs, { ...settings, resumes });
  if (currentHold !== null && (currentHold.untilMs ?? Infinity) >= (untilMs ?? Infinity)) return null;
  return {
    id: report.id,
    scope: "account",
    target: report.account,
    reason,
    untilMs,
    by: "limit",
    setAt: nowMs,
    resumes,
  };
}

/** How often it went on by itself: a person who releases it begins anew. */
function resumesOf(last: LastLimit | null, sinceMs: number, stands: boolean): number {
  if (last === null || last.over?.byPerson === true) return 0;
  const { hold, over } = last;
  const endMs = Math.min(over?.atMs ?? Infinity, hold.untilMs ?? Infinity);
  const isSame = endMs === Infinity ? stands : sinceMs < endMs;
  return isSame ? hold.resumes : hold.resumes + 1;
}

/** The holds in force that keep a model from being asked. */
export function holdsOn(
  model: Pick<ModelSettings, "name" | "account" | "provider">,
  holds: readonly Hold[],
  nowMs: number,
): readonly Hold[] {
  const targets = { account: model.account, provider: model.provider, model: model.name, task: null, service: null };
  return holds.filter((hold) => hold.target === targets[hold.scope] && isHeld(hold, nowMs));
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
