import type { DoneAttempt } from "../../../src/domain/activity.ts";
import { minute, noon } from "../fixtures.ts";

/** An attempt that began so many minutes after noon. */
export const did = (at: number, more: Partial<DoneAttempt> = {}): DoneAttempt => ({
  call: `c${at}`,
  task: "A",
  step: "S1",
  role: "implementer",
  round: 1,
  attempt: 1,
  model: "opus",
  startedAt: noon + at * minute,
  endedAt: noon + (at + 1) * minute,
  outcome: "success",
  failure: null,
  outputTokens: 6_000,
  costMicros: 1_000_000,
  durationMs: minute,
  ...more,
});
