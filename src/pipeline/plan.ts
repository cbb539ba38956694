import type { Plan, PlanStep } from "../domain/answers.ts";
import { failure as makeFailure, type Failure } from "../domain/failure.ts";
import type { ModelName } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { AdapterOutcome } from "../engine/ports/adapter.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { StartOver, TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Given } from "../engine/writing/questions.ts";
import { askModel, troubleOf } from "./ask-model.ts";
import { decodePlan } from "./decode-answers.ts";
import { planReviewerPrompt, plannerPrompt } from "./prompting.ts";
import type { ReviewRound } from "./prompting.ts";
import {
  nothing,
  plannedSchema,
  reviewedSchema,
  type PlannedResult,
  type Reviewed,
  type ReviewedResult,
} from "./results.ts";
import { retryUntilResult, type Allowance } from "./retry-until-result.ts";
import { checkVerdict, judgeVerdict } from "./review.ts";
import { applyRestartReason, type TaskProgress } from "./task-progress.ts";

interface Planned {
  readonly kind: "planned";
  readonly plan: Plan;
  readonly model: ModelName;
}

const subject = "plan";

/** Plan, plan review, revise, until the reviewer and (where asked for) a person agree. */
export async function agreeOnPlan(work: TaskWork, progress: TaskProgress): Promise<readonly PlanStep[]> {
  const rejected: ModelName[] = [];
  let previous: Plan | null = null;
  let sincePerson = 0;
  for (let round = 1; ; round += 1) {
    const planned = await makePlan(work, progress, round, previous, rejected);
    previous = planned.plan;
    sincePerson += 1;
    const reviewed = await reviewPlan(
      work,
      progress,
      { round, sincePerson, from: progress.tip, openBefore: null },
      planned,
    );
    if (!reviewed.approved && reviewed.stop === null) continue;
    if (reviewed.approved && !work.task.spec.approve.includes("plan")) return agreed(progress, planned.plan);
    const given = await askAboutPlan(work, round, planned, reviewed);
    if (given.action === "approve") {
      if (given.byPerson === true) progress.planned = planned.plan.steps.flatMap(({ files }) => files);
      return agreed(progress, planned.plan);
    }
    followAnswer(work, progress, given, planned, rejected);
    sincePerson = 0;
  }
}

function agreed(progress: TaskProgress, plan: Plan): readonly PlanStep[] {
  progress.plan = plan;
  return plan.steps;
}

async function makePlan(
  work: TaskWork,
  progress: TaskProgress,
  round: number,
  previous: Plan | null,
  rejected: readonly ModelName[],
): Promise<Planned> {
  const key = `main/plan/${round}`;
  if (round > 1) {
    await work.task.once(
      `${key}/begin`,
      { inputs: { round }, result: nothing, enters: "PLANNING", reason: `plan: round ${round}`, withNext: true },
      () => Promise.resolve(null),
    );
  }
  applyRestartReason(progress, key);
  const planned = await retryUntilResult<Planned>(
    work,
    { key, step: null, state: "PLANNING", forced: progress.forced },
    (tryKey, allowance) => tryToPlan(work, progress, round, previous, rejected, tryKey, allowance),
  );
  progress.words = null;
  progress.forced = null;
  return planned;
}

async function tryToPlan(
  work: TaskWork,
  progress: TaskProgress,
  round: number,
  previous: Plan | null,
  rejected: readonly ModelName[],
  key: string,
  allowance: Allowance,
): Promise<PlannedResult> {
  return await work.task.once(
    key,
    {
      inputs: { tip: progress.tip, round, words: progress.words, rejected: [...rejected] },
      result: plannedSchema,
      enters: (made) => (made.kind === "planned" ? "PLAN_REVIEW" : null),
      reason: (made) =>
        made.kind === "planned"
          ? `plan ${round}: ${made.plan.steps.length} ${made.plan.steps.length === 1 ? "step" : "steps"} by ${made.model}`
          : made.message,
    },
    async (effect): Promise<PlannedResult> => {
      const prompt = await plannerPrompt(work, progress, round, previous);
      const result = await askModel(work, progress, effect, {
        role: "planner",
        step: null,
        round,
        prompt,
        allowance,
        exclude: rejected,
        check: checkPlan,
      });
      if (result.kind !== "success") return troubleOf(result);
      const decoded = decodePlan(result.answer);
      if ("error" in decoded) throw new Error(`an answer that was checked does not decode: ${decoded.error}`);
      effect.record({
        type: "plan.made",
        data: { round, plan: decoded.ok, model: result.model, generation: work.task.generation },
      });
      effect.record({
        type: "steps.set",
        data: {
          generation: work.task.generation,
          steps: decoded.ok.steps.map(({ id, title }) => ({ id, title, stage: "main" })),
        },
      });
      return { kind: "planned", plan: toPlain(decoded.ok), model: result.model };
    },
  );
}

async function reviewPlan(
  work: TaskWork,
  progress: TaskProgress,
  at: ReviewRound,
  planned: Planned,
): Promise<Reviewed> {
  const key = `main/plan/${at.round}/review`;
  const reviewed = await retryUntilResult<Reviewed>(
    work,
    { key, step: null, state: "PLAN_REVIEW", forced: null },
    async (tryKey, allowance) => {
      return await work.task.once(
        tryKey,
        {
          inputs: { plan: toJson(planned.plan), round: at.round },
          result: reviewedSchema,
          enters: (made) => (made.kind === "trouble" ? null : made.approved ? "PLAN_APPROVED" : "PLAN_REJECTED"),
          reason: (made) =>
            made.kind === "trouble"
              ? made.message
              : `plan ${at.round} ${made.approved ? "approved" : "rejected"} by ${made.model}: ${made.summary}`,
        },
        async (effect): Promise<ReviewedResult> => {
          const prompt = await planReviewerPrompt(work, progress, at, planned.plan);
          const asking = {
            role: "plan_reviewer",
            step: null,
            round: at.round,
            prompt,
            allowance,
            exclude: [],
            check: checkVerdict,
          } as const;
          const result = await askModel(work, { ...progress, authors: new Set([planned.model]) }, effect, asking);
          if (result.kind !== "success") return troubleOf(result);
          const judged = judgeVerdict(work, progress, subject, at, result.model, result.answer);
          for (const event of judged.events) effect.record(event);
          return judged.reviewed;
        },
      );
    },
  );
  progress.findings = [...progress.findings.filter((finding) => finding.subject !== subject), ...reviewed.findings];
  return reviewed;
}

async function askAboutPlan(work: TaskWork, round: number, planned: Planned, reviewed: Reviewed): Promise<Given> {
  const approval = reviewed.approved;
  const returnState = approval ? "PLAN_APPROVED" : "PLAN_REJECTED";
  return await work.task.ask(`main/plan/${round}/person`, {
    kind: "plan",
    reason: approval ? "approval" : (reviewed.stop?.reason ?? "rounds"),
    text: approval
      ? `${work.task.id}: the plan is reviewed and waits for your yes.`
      : `${work.task.id}: the plan was rejected ${round} times. ${reviewed.stop?.text ?? ""} Approve it as it is, request changes, or reject it for the next planner.`,
    actions: ["approve", "request_changes", "reject", "retry", "abort"],
    returnState,
    evidence: {
      round,
      plan: toJson(planned.plan),
      planner: planned.model,
      reviewer: reviewed.model,
      summary: reviewed.summary,
      findings: toJson(reviewed.findings.filter((finding) => finding.state === "open")),
    },
    to: (given) =>
      given.action === "approve"
        ? "PLAN_APPROVED"
        : given.action === "request_changes"
          ? "PLANNING"
          : given.action === "reject"
            ? "PLAN_REJECTED"
            : null,
  });
}

function followAnswer(
  work: TaskWork,
  progress: TaskProgress,
  given: Given,
  planned: Planned,
  rejected: ModelName[],
): void {
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "plan", message: given.text ?? `aborted by ${given.by}` });
  if (given.action === "retry")
    throw new StartOver(`planned anew by ${given.by}`, (key) => !key.startsWith("main/plan/"), given.model, given.text);
  if (given.action === "reject") rejected.push(planned.model);
  progress.words = given.text;
}

function checkPlan(outcome: AdapterOutcome): Failure | null {
  const decoded = decodePlan(outcome.answer);
  return "error" in decoded
    ? makeFailure("parse", `the plan does not fit its schema: ${decoded.error}`, { reason: "bad_schema" })
    : null;
}

const toPlain = (plan: Plan) => ({
  summary: plan.summary,
  risks: [...plan.risks],
  steps: plan.steps.map(({ id, title, details, files }) => ({ id, title, details, files: [...files] })),
});
