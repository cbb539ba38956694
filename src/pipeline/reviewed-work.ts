import { severityRank, type Finding } from "../domain/answers.ts";
import { toJson } from "../domain/json.ts";
import type { Action } from "../domain/question.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { StartOver, TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Given } from "../engine/writing/questions.ts";
import { climb, escalate } from "./fix-ladder.ts";
import { commitTree, implement } from "./implement.ts";
import type { LeftToPerson } from "./no-change.ts";
import { madeSchema, nothing, type MadeResult, type Reviewed } from "./results.ts";
import { review } from "./review.ts";
import { subjectOf, type TaskProgress, type Unit } from "./task-progress.ts";

/** Implements a unit and has it reviewed until it is approved, or until a person says how it goes on. */
export async function reviewedWork(work: TaskWork, progress: TaskProgress, unit: Unit): Promise<void> {
  const start = unit.since ?? (unit.kind === "whole" ? progress.base : progress.tip);
  const weighed: number[] = [];
  let from = start;
  let sincePerson = 0;
  let openBefore: number | null = null;
  for (let round = 1; ; round += 1) {
    if (round > 1 || unit.implementsFirst) {
      const before = progress.tip;
      const made = await implement(work, progress, unit, round);
      if (made.kind === "left_to_person") return await endAsPersonSays(work, progress, unit, made);
      if (round > 1) from = before;
    }
    if (!unit.review) return await complete(work, unit);
    sincePerson += 1;
    const reviewed = await review(work, progress, unit, { round, sincePerson, from, openBefore });
    if (reviewed.approved) return;
    openBefore = blocking(work, reviewed.findings);
    if (unit.ladder !== undefined) {
      const next = climb(work, unit.ladder, weighed, reviewed);
      if (next === "leave") return await leaveOpen(work, unit, round);
      if (next === "fix") continue;
      escalate(progress);
      sincePerson = 0;
      openBefore = null;
      continue;
    }
    if (reviewed.stop === null) continue;
    const given = await askAboutReview(work, progress, unit, round, start, reviewed);
    const next = await followAnswer(work, progress, unit, round, given, reviewed);
    if (next === "approved") return;
    sincePerson = 0;
    openBefore = null;
  }
}

/** What is open is settled by a person's word: nothing is needed, or they did it themselves. */
async function endAsPersonSays(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  { action, by, key }: LeftToPerson,
): Promise<void> {
  if (action === "take_over") await takeOver(work, progress, unit, `${key}/taken`, unit.enters);
  const subject = subjectOf(unit);
  const findings = progress.findings.filter((finding) => finding.subject === subject);
  await waive(work, progress, unit, key, { findings }, by, true);
}

/** A step that nobody reviews by itself is complete with its commit. */
async function complete(work: TaskWork, unit: Unit): Promise<void> {
  const { step } = unit;
  await work.task.once(
    `${unit.key}/complete`,
    {
      inputs: {},
      result: nothing,
      enters: unit.enters === "IMPLEMENTING" ? "IMPLEMENTING" : "CODE_REVIEW",
      reason: `${unit.title}: implemented`,
      steps: () => (step === null ? [] : [{ step, to: "COMPLETED", reason: "implemented", round: 1 }]),
      withNext: true,
    },
    () => Promise.resolve(null),
  );
}

/** What is open stays so; the end of its stage looks at it. */
async function leaveOpen(work: TaskWork, unit: Unit, round: number): Promise<void> {
  const { step } = unit;
  const reason = `${unit.title}: fixing no longer helps`;
  const options = { inputs: { round }, result: nothing, reason, withNext: true };
  await work.task.once(
    `${unit.key}/left`,
    {
      ...options,
      enters: "CODE_REVIEW",
      steps: () =>
        step === null
          ? []
          : [
              { step, to: "APPROVED", reason: "left to the end of its stage", round },
              { step, to: "COMPLETED", reason: "left to the end of its stage", round },
            ],
    },
    () => Promise.resolve(null),
  );
  await work.task.once(`${unit.key}/left/on`, { ...options, enters: unit.enters }, () => Promise.resolve(null));
}

const reviewActions: readonly Action[] = ["approve", "request_changes", "reject", "retry", "take_over", "abort"];

async function askAboutReview(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  round: number,
  start: string,
  reviewed: Reviewed,
): Promise<Given> {
  return await work.task.ask(`${unit.key}/review/${round}/person`, {
    kind: "review",
    reason: reviewed.stop?.reason ?? "rounds",
    text: `${unit.title}: ${reviewed.stop?.text ?? "the reviewer does not approve"}. Approve as it is, request changes, retry with another model, take it over, or reject it.`,
    actions: reviewActions,
    returnState: "CODE_REVIEW",
    evidence: {
      from: start,
      to: progress.tip,
      base: progress.base,
      step: unit.step,
      round,
      summary: reviewed.summary,
      reviewer: reviewed.model,
      findings: toJson(reviewed.findings.filter((finding) => finding.state === "open")),
    },
    to: (given) => stateAfter(given, unit),
  });
}

function stateAfter(given: Given, unit: Unit) {
  switch (given.action) {
    case "approve":
      return unit.enters;
    case "request_changes":
      return "IMPLEMENTING";
    case "retry":
      return "CODE_REVIEW";
    default:
      return null;
  }
}

async function followAnswer(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  round: number,
  given: Given,
  reviewed: Reviewed,
): Promise<"approved" | "again"> {
  switch (given.action) {
    case "approve":
      await waive(work, progress, unit, `${unit.key}/review/${round}`, reviewed, given.by);
      return "approved";
    case "request_changes":
      progress.words = given.text;
      progress.session = null;
      return "again";
    case "retry":
      throw new StartOver(
        `${unit.title}: started over by ${given.by}`,
        (key) => !key.startsWith(`${unit.key}/`),
        given.model,
        given.text,
      );
    case "take_over":
      await takeOver(work, progress, unit, `${unit.key}/taken/${round}`, unit.enters);
      await waive(work, progress, unit, `${unit.key}/taken/${round}`, reviewed, given.by);
      return "approved";
    default:
      throw new TaskFailed({
        type: given.action === "abort" ? "aborted" : "rejected",
        reason: "review",
        message: given.text ?? `${unit.title}: ${given.action} by ${given.by}`,
      });
  }
}

/** A person's yes closes what is still open, by their name. */
async function waive(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  key: string,
  reviewed: Pick<Reviewed, "findings">,
  by: string,
  /** Its step waits to be tried again. */
  waits = false,
): Promise<void> {
  const open = reviewed.findings.filter((finding) => finding.state === "open");
  const { step } = unit;
  await work.task.once(
    `${key}/waived`,
    {
      inputs: { findings: open.map((finding) => finding.id) },
      result: nothing,
      reason: `waived by ${by}`,
      steps: () =>
        step === null
          ? []
          : [
              ...(waits ? ([{ step, to: "CODE_REVIEW", reason: `looked at by ${by}`, round: 0 }] as const) : []),
              { step, to: "APPROVED", reason: `approved by ${by}`, round: 0 },
              { step, to: "COMPLETED", reason: "approved", round: 0 },
            ],
    },
    (effect) => {
      for (const finding of open)
        effect.record({ type: "finding.closed", data: { id: finding.id, state: "waived", by } });
      return Promise.resolve(null);
    },
  );
  const waived = new Set(open.map((finding) => finding.id));
  progress.findings = progress.findings.map((finding): Finding =>
    waived.has(finding.id) ? { ...finding, state: "waived" } : finding,
  );
}

/** A person works in the tree; what they leave there when they say done is committed as theirs. */
export async function takeOver(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  key: string,
  then: Unit["enters"],
): Promise<void> {
  const { task } = work;
  const given = await task.ask(key, {
    kind: "other",
    reason: "taken_over",
    text: `You took over ${task.id} in ${progress.worktree}. Say done when your change is in the tree (no need to commit), or abort.`,
    actions: ["done", "abort"],
    returnState: then,
    evidence: { worktree: progress.worktree, subject: subjectOf(unit) },
    to: (answer) => (answer.action === "done" ? then : null),
  });
  if (given.action !== "done")
    throw new TaskFailed({ type: "aborted", reason: "taken_over", message: given.text ?? `aborted by ${given.by}` });
  const made = await task.once(
    `${key}/done`,
    { inputs: { tip: progress.tip }, result: madeSchema, reason: `done by ${given.by}` },
    async (effect): Promise<MadeResult> => {
      const committed = await commitTree(work, progress, unit, effect, []);
      return {
        kind: "made",
        base: progress.tip,
        commit: committed?.commit ?? progress.tip,
        files: [...(committed?.files ?? [])],
        model: given.by,
        session: null,
      };
    },
  );
  if (made.kind === "made") progress.tip = made.commit;
}

const blocking = (work: TaskWork, findings: readonly Finding[]): number =>
  findings.filter(
    (finding) =>
      finding.state === "open" && severityRank[finding.severity] >= severityRank[work.task.settings.review.blockOn],
  ).length;
