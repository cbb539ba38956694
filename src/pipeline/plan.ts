import { roadmapSettings } from "../domain/roadmap-settings.ts";
import type { Plan } from "../domain/answers.ts";
import type { ModelName, StepId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { Roadmap } from "../domain/roadmap.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { StartOver, TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Given } from "../engine/writing/questions.ts";
import { askModel, troubleOf } from "./ask-model.ts";
import { roadmapText } from "../prompts/roadmap-text.ts";
import { checkBy, checked } from "./checked-answer.ts";
import { decodePlan, type Decoded } from "./decode-answers.ts";
import { decodeRoadmap } from "./decode-roadmap.ts";
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

export interface Planned {
  readonly kind: "planned";
  readonly plan: Plan;
  /** Of the steps of the plan; absent: they are one stage. */
  readonly roadmap?: Roadmap;
  readonly model: ModelName;
}

/** What a planner is asked for. */
export type PlanShape = "steps" | "roadmap";

const subject = "plan";

/** Plan, plan review, revise, until the reviewer and (where asked for) a person agree. */
export async function agreeOnPlan(work: TaskWork, progress: TaskProgress, shape: PlanShape): Promise<Planned> {
  const rejected: ModelName[] = [];
  let previous: Planned | null = null;
  let sincePerson = 0;
  for (let round = 1; ; round += 1) {
    const planned: Planned = await makePlan(work, progress, shape, round, previous, rejected);
    previous = planned;
    sincePerson += 1;
    const reviewed = await reviewPlan(
      work,
      progress,
      { round, sincePerson, from: progress.tip, openBefore: null },
      planned,
    );
    if (!reviewed.approved && reviewed.stop === null) continue;
    if (reviewed.approved && !work.task.spec.approve.includes("plan")) return agreed(progress, planned);
    const given = await askAboutPlan(work, round, planned, reviewed);
    if (given.action === "approve") {
      if (given.byPerson === true) progress.planned = planned.plan.steps.flatMap(({ files }) => files);
      return agreed(progress, planned);
    }
    followAnswer(work, progress, given, planned, rejected);
    sincePerson = 0;
  }
}

function agreed(progress: TaskProgress, planned: Planned): Planned {
  progress.plan = planned.plan;
  return planned;
}

async function makePlan(
  work: TaskWork,
  progress: TaskProgress,
  shape: PlanShape,
  round: number,
  previous: Planned | null,
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
    (tryKey, allowance) => tryToPlan(work, progress, shape, round, previous, rejected, tryKey, allowance),
  );
  progress.words = null;
  progress.forced = null;
  return planned;
}

async function tryToPlan(
  work: TaskWork,
  progress: TaskProgress,
  shape: PlanShape,
  round: number,
  previous: Planned | null,
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
      reason: (made) => (made.kind === "planned" ? `plan ${round}: ${sizeOf(made)} by ${made.model}` : made.message),
    },
    async (effect): Promise<PlannedResult> => {
      const prompt = await plannerPrompt(work, progress, round, previous === null ? null : toldPlan(previous), shape);
      const decode = planDecoder(work, shape);
      const result = await askModel(work, progress, effect, {
        role: "planner",
        step: null,
        round,
        prompt,
        allowance,
        exclude: rejected,
        check: checkBy("the plan does not fit its schema", decode),
      });
      if (result.kind !== "success") return troubleOf(result);
      const { plan, roadmap, notes = [] } = checked(decode(result.answer));
      const { generation } = work.task;
      effect.record({ type: "plan.made", data: { round, plan, model: result.model, generation } });
      effect.record({
        type: "steps.set",
        data: { generation, steps: plan.steps.map(({ id, title }) => ({ id, title, stage: stageOf(roadmap, id) })) },
      });
      for (const text of notes) effect.record({ type: "note", data: { level: "info", text } });
      return {
        kind: "planned",
        plan,
        ...(roadmap === undefined ? {} : { roadmap }),
        model: result.model,
      };
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
          const prompt = await planReviewerPrompt(work, progress, at, toldPlan(planned));
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
      ...(planned.roadmap === undefined ? {} : { roadmap: toJson(planned.roadmap) }),
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

type DecodedPlan = Pick<Planned, "plan" | "roadmap"> & { readonly notes?: readonly string[] };
type PlanDecoder = (answer: unknown) => Decoded<DecodedPlan>;

function planDecoder({ task }: TaskWork, shape: PlanShape): PlanDecoder {
  const { checks } = task.settings;
  const known = { mostStages: roadmapSettings(task.settings).stages, checks: checks.map(({ name }) => name) };
  if (shape === "roadmap") return (answer) => decodeRoadmap(answer, known);
  return (answer) => {
    const decoded = decodePlan(answer);
    return "error" in decoded ? decoded : { ok: { plan: decoded.ok } };
  };
}

const stageOf = (roadmap: Roadmap | undefined, step: StepId): string =>
  roadmap?.stages.find(({ steps }) => steps.some(({ id }) => id === step))?.id ?? "main";

/** A roadmap tells its stages before the steps. */
const toldPlan = ({ plan, roadmap }: Planned): Plan =>
  roadmap === undefined ? plan : { ...plan, summary: `${plan.summary}\n\n${roadmapText(roadmap)}` };

function sizeOf({ plan, roadmap }: Planned): string {
  const steps = `${plan.steps.length} ${plan.steps.length === 1 ? "step" : "steps"}`;
  if (roadmap === undefined) return steps;
  return `${roadmap.stages.length} ${roadmap.stages.length === 1 ? "stage" : "stages"}, ${steps}`;
}
