import type { Finding } from "../domain/answers.ts";
import type { NewEvent } from "../domain/events.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { converge } from "../policy/review.ts";
import { askModel, troubleOf } from "./ask-model.ts";
import { checkBy, checked } from "./checked-answer.ts";
import { decodeVerdict } from "./decode-answers.ts";
import { reviewerPrompt, type ReviewRound } from "./prompting.ts";
import { type Reviewed, reviewedSchema } from "./results.ts";
import type { Trouble } from "./trouble.ts";
import { type Allowance, retryUntilResult } from "./retry-until-result.ts";
import { type TaskProgress, subjectOf, type Unit } from "./task-progress.ts";

/** One review of a unit by another model. Decides by the findings, not by the word. */
export async function review(work: TaskWork, progress: TaskProgress, unit: Unit, at: ReviewRound): Promise<Reviewed> {
  const key = `${unit.key}/review/${at.round}`;
  const reviewed = await retryUntilResult<Reviewed>(
    work,
    { key, step: unit.step, state: "CODE_REVIEW", forced: null },
    (tryKey, allowance) => tryToReview(work, progress, unit, at, tryKey, allowance),
  );
  progress.findings = [
    ...progress.findings.filter((finding) => finding.subject !== subjectOf(unit)),
    ...reviewed.findings,
  ];
  if (!reviewed.approved) progress.rejections += 1;
  return reviewed;
}

async function tryToReview(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  at: ReviewRound,
  key: string,
  allowance: Allowance,
): Promise<Reviewed | Trouble> {
  const { step } = unit;
  return await work.task.once(
    key,
    {
      inputs: { tip: progress.tip, from: at.from, round: at.round },
      result: reviewedSchema,
      enters: (reviewed) =>
        reviewed.kind === "trouble" || reviewed.stop !== null ? null : reviewed.approved ? unit.enters : "IMPLEMENTING",
      reason: (reviewed) =>
        reviewed.kind === "trouble"
          ? reviewed.message
          : reviewed.approved
            ? `${unit.title}: approved by ${reviewed.model}`
            : `${unit.title}: changes requested by ${reviewed.model}`,
      steps: (reviewed) => (step === null || reviewed.kind === "trouble" ? [] : stepMoves(step, reviewed, at.round)),
    },
    async (effect) => {
      const diff = await work.workspace.history.diff(at.from, progress.tip, maxDiffBytes);
      const prompt = await reviewerPrompt(work, progress, unit, at, diff);
      const result = await askModel(work, progress, effect, {
        role: "code_reviewer",
        step,
        round: at.round,
        prompt,
        allowance,
        exclude: [],
        check: checkVerdict,
      });
      if (result.kind !== "success") return troubleOf(result);
      const judged = judgeVerdict(work, progress, subjectOf(unit), at, result.model, result.answer);
      for (const event of judged.events) effect.record(event);
      return judged.reviewed;
    },
  );
}

/** A diff beyond this is cut, with a note that says so; a reviewer can read the tree. */
const maxDiffBytes = 200_000;

function stepMoves(step: string, reviewed: Reviewed, round: number) {
  if (!reviewed.approved) return [{ step, to: "CHANGES_REQUESTED", reason: reviewed.summary, round } as const];
  return [
    { step, to: "APPROVED", reason: `approved by ${reviewed.model}`, round } as const,
    { step, to: "COMPLETED", reason: "approved", round } as const,
  ];
}

export const checkVerdict = checkBy("the review does not fit its schema", decodeVerdict);

/** What a verdict means for a subject, with the events that tell it. */
export function judgeVerdict(
  work: TaskWork,
  progress: TaskProgress,
  subject: string,
  at: ReviewRound,
  model: string,
  answer: unknown,
): { readonly reviewed: Reviewed; readonly events: readonly NewEvent[] } {
  const verdict = checked(decodeVerdict(answer));
  const { review: settings } = work.task.settings;
  const judged = converge({
    previous: progress.findings,
    subject,
    verdict,
    round: at.round,
    sincePerson: at.sincePerson,
    rounds: settings.rounds,
    reviewer: model,
    blockOn: settings.blockOn,
    openBefore: at.openBefore,
  });
  const events: NewEvent[] = [
    ...judged.opened.map((finding): NewEvent => ({ type: "finding.opened", data: { finding } })),
    ...judged.closed.map((id): NewEvent => ({ type: "finding.closed", data: { id, state: "closed", by: model } })),
  ];
  const findings: Finding[] = judged.findings.filter((finding) => finding.subject === subject);
  return {
    events,
    reviewed: {
      kind: "reviewed",
      approved: !judged.blocked,
      summary: verdict.summary,
      model,
      findings,
      stop: judged.stop === null ? null : { reason: judged.stop.reason, text: judged.stop.text },
    },
  };
}
