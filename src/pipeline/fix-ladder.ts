import { roadmapSettings } from "../domain/roadmap-settings.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { weightOf, whyStop } from "../policy/fix-cycle.ts";
import { patience } from "../policy/escalate.ts";
import type { Reviewed } from "./results.ts";

/** What was tried in one opening of a stage where fixing no longer helped. */
export interface FixLadder {
  /** The next tier was asked already. */
  escalated: boolean;
  /** Why units were left with open findings, a sentence each. */
  readonly stopped: string[];
}

/**
 * What follows from a review that does not approve: another fix, one by the next tier, or the findings are left to the end of
 * the stage. `weighed`: of the unit, since that or its first review; it goes on with this one.
 */
export function climb(
  work: TaskWork,
  ladder: FixLadder,
  weighed: number[],
  reviewed: Reviewed,
): "fix" | "tier" | "leave" {
  const { fixCycles: cycles, fixProgress: progress } = roadmapSettings(work.task.settings);
  const weight = weightOf(reviewed.findings);
  weighed.push(weight);
  const why = reviewed.stop?.text ?? whyStop(weighed, { cycles, progress });
  if (why === null) return "fix";
  if (!ladder.escalated) {
    ladder.escalated = true;
    weighed.splice(0, weighed.length, weight);
    return "tier";
  }
  ladder.stopped.push(why);
  return "leave";
}

/** From now on the next tier up is asked, as after so many rejections. */
export function escalate(progress: { rejections: number }): void {
  progress.rejections = Math.max(progress.rejections, patience);
}
