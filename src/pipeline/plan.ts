import type { Plan, PlanStep } from "../domain/answers.ts";
import { failure as makeFailure, type Failure } from "../domain/failure.ts";
import type { ModelName } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { AdapterOutcome } from "../engine/ports/adapter.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { StartOver, TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Given } from "../engine/writing/questions.ts";
import { askModel, troubleOf } from "./asking.ts";
import { decodePlan } from "./decode-answers.ts";
import { persist, type Allowance } from "./persist.ts";
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
import { checkVerdict, judgeVerdict } from "./review.ts";
import { hearOrigin, type Story } from "./story.ts";

interface Planned {
  readonly kind: "planned";
  readonly plan: Plan;
  readonly model: ModelName;
}

const subject = "plan";

/** Plan, plan review, revise, until the reviewer and (where asked for) a person agree. */
export async function agreeOnPlan(work: TaskWork, story: Story): Promise<readonly PlanStep[]> {
  const rejected: ModelName[] = [];
  let previous: Plan | null = null;
  let sincePerson = 0;
  for (let round = 1; ; round += 1) {
    const planned = await makePlan(work, story, round, previous, rejected);
    previous = planned.plan;
    sincePerson += 1;
    const reviewed = await reviewPlan(work, story, { round, sincePerson, from: story.tip, openBefore: null }, planned);
    if (!reviewed.approved && reviewed.stop === null) continue;
    if (reviewed.approved && !work.task.spec.approve.includes("plan")) return agreed(story, planned.plan);
    const given = await askAboutPlan(work, round, planned, reviewed);
    if (given.action === "approve") return agreed(story, planned.plan);
    followAnswer(work, story, given, planned, rejected);
    sincePerson = 0;
  }
}

function agreed(story: Story, plan: Plan): readonly PlanStep[] {
  story.plan = plan;
  return plan.steps;
}

async function makePlan(
  work: TaskWork,
  story: Story,
  round: number,
  previous: Plan | null,
  rejected: readonly ModelName[],
): Promise<Planned> {
  const key = `main/plan/${round}`;
  if (round > 1) {
    await work.task.once(
      `${key}/begin`,
      { inputs: { round }, result: nothing, enters: "PLANNING", reason: `plan: round ${round}` },
      () => Promise.resolve(null),
    );
  }
  hearOrigin(story, key);
  const planned = await persist<Planned>(
    work,
    { key, step: null, state: "PLANNING", forced: story.forced },
    (tryKey, allowance) => tryToPlan(work, story, round, previous, rejected, tryKey, allowance),
  );
  story.words = null;
  story.forced = null;
  return planned;
}

async function tryToPlan(
  work: TaskWork,
  story: Story,
  round: number,
  previous: Plan | null,
  rejected: readonly ModelName[],
  key: string,
  allowance: Allowance,
): Promise<PlannedResult> {
  return await work.task.once(
    key,
    {
      inputs: { tip: story.tip, round, words: story.words, rejected: [...rejected] },
      result: plannedSchema,
      enters: (made) => (made.kind === "planned" ? "PLAN_REVIEW" : null),
      reason: (made) =>
        made.kind === "planned" ? `plan ${round}: ${made.plan.steps.length} steps by ${made.model}` : made.message,
    },
    async (effect): Promise<PlannedResult> => {
      const prompt = plannerPrompt(work, story, round, previous);
      const result = await askModel(work, story, effect, {
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

async function reviewPlan(work: TaskWork, story: Story, at: ReviewRound, planned: Planned): Promise<Reviewed> {
  const key = `main/plan/${at.round}/review`;
  const reviewed = await persist<Reviewed>(
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
          const prompt = planReviewerPrompt(work, story, at, planned.plan);
          const asking = {
            role: "plan_reviewer",
            step: null,
            round: at.round,
            prompt,
            allowance,
            exclude: [],
            check: checkVerdict,
          } as const;
          const result = await askModel(work, { ...story, authors: new Set([planned.model]) }, effect, asking);
          if (result.kind !== "success") return troubleOf(result);
          const judged = judgeVerdict(work, story, subject, at, result.model, result.answer);
          for (const event of judged.events) effect.record(event);
          return judged.reviewed;
        },
      );
    },
  );
  story.findings = [...story.findings.filter((finding) => finding.subject !== subject), ...reviewed.findings];
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

function followAnswer(work: TaskWork, story: Story, given: Given, planned: Planned, rejected: ModelName[]): void {
  if (given.action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "plan", message: given.text ?? `aborted by ${given.by}` });
  if (given.action === "retry")
    throw new StartOver(`planned anew by ${given.by}`, (key) => !key.startsWith("main/plan/"), given.model, given.text);
  if (given.action === "reject") rejected.push(planned.model);
  story.words = given.text;
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
