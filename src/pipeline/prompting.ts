import { roadmapSettings } from "../domain/roadmap-settings.ts";
import type { Analysis } from "../domain/analysis.ts";
import type { Finding, Plan } from "../domain/answers.ts";
import type { DiffSummary } from "../engine/ports/workspace.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { protectedPaths } from "../policy/risk.ts";
import { analystPrompt as writeAnalyst } from "../prompts/analyst.ts";
import type { RoadmapState } from "../policy/roadmap-state.ts";
import { codeReviewerPrompt as writeCodeReviewer } from "../prompts/code-reviewer.ts";
import { implementerPrompt as writeImplementer } from "../prompts/implementer.ts";
import type { RoundMaterial, TaskMaterial } from "../prompts/material.ts";
import { readTemplate, type Template } from "../prompts/override.ts";
import { planReviewerPrompt as writePlanReviewer } from "../prompts/plan-reviewer.ts";
import { plannerPrompt as writePlanner } from "../prompts/planner.ts";
import type { Prompt } from "../prompts/prompt.ts";
import { supervisorPrompt as writeSupervisor } from "../prompts/supervisor.ts";
import { checksOf } from "./checks-of.ts";
import { type TaskProgress, subjectOf, type Unit } from "./task-progress.ts";

/** What an analyst is told: the task, and what a search found for it. */
export async function analystPrompt(work: TaskWork, found: Analysis["files"]): Promise<Prompt> {
  return writeAnalyst({ ...material(work), said: await work.notes(), found }, templateOf(work, "analyst"));
}

/** What a planner is told: the task, its last plan with what is open, and a person's words. */
export async function plannerPrompt(
  work: TaskWork,
  progress: TaskProgress,
  round: number,
  previous: Plan | null,
  shape: "steps" | "roadmap",
): Promise<Prompt> {
  const asRoadmap = { mostStages: roadmapSettings(work.task.settings).stages };
  const input = {
    ...material(work),
    ...(await roundOf(work, progress, "plan", round)),
    previous,
    ...(shape === "roadmap" ? { asRoadmap } : {}),
  };
  return writePlanner(input, templateOf(work, "planner"));
}

export async function planReviewerPrompt(
  work: TaskWork,
  progress: TaskProgress,
  at: ReviewRound,
  plan: Plan,
): Promise<Prompt> {
  const { blockOn } = work.task.settings.review;
  const input = { ...material(work), ...(await roundOf(work, progress, "plan", at.round)), plan, blockOn };
  return writePlanReviewer(input, templateOf(work, "plan_reviewer"));
}

/** What an implementer is told. `note`: what its last answer to the same lacked. */
export async function implementerPrompt(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  round: number,
  note: string | null,
): Promise<Prompt> {
  const notes = note === null ? [] : [note];
  const input = {
    ...material(work),
    ...(await roundOf(work, progress, subjectOf(unit), round, notes)),
    plan: progress.plan,
    decisions: progress.decisions,
    unit,
  };
  return writeImplementer(input, templateOf(work, "implementer"));
}

export async function reviewerPrompt(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  at: ReviewRound,
  diff: DiffSummary,
): Promise<Prompt> {
  const { review, protected: globs } = work.task.settings;
  const input = {
    ...material(work),
    ...(await roundOf(work, progress, subjectOf(unit), at.round)),
    plan: progress.plan,
    decisions: progress.decisions,
    unit,
    diff,
    onlyFix: at.round > 1,
    touched: protectedPaths(diff.files, globs),
    blockOn: review.blockOn,
  };
  return writeCodeReviewer(input, templateOf(work, "code_reviewer"));
}

/** What a supervisor is asked at the end of a stage. */
export interface SupervisorQuestion {
  readonly stage: string;
  readonly reasons: readonly string[];
  readonly findings: readonly Finding[];
  readonly state: RoadmapState;
  /** Why its last answer was not followed; null: it is asked for the first time. */
  readonly refused: string | null;
}

export async function supervisorPrompt(
  work: TaskWork,
  progress: TaskProgress,
  round: number,
  { stage, reasons, findings, state, refused }: SupervisorQuestion,
): Promise<Prompt> {
  const input = {
    ...material(work),
    ...(await roundOf(work, progress, stage, round)),
    open: findings.filter((finding) => finding.state === "open"),
    roadmap: state,
    stage,
    reasons,
    decisions: progress.decisions,
    mostStages: roadmapSettings(work.task.settings).stages,
    refused,
  };
  return writeSupervisor(input, templateOf(work, "supervisor"));
}

function material(work: TaskWork): TaskMaterial {
  const { spec, risk, settings } = work.task;
  return { spec, risk, allChecks: settings.checks, checks: checksOf(work), protected: settings.protected };
}

async function roundOf(
  work: TaskWork,
  progress: TaskProgress,
  subject: string,
  round: number,
  notes: readonly string[] = [],
): Promise<RoundMaterial> {
  const isOpen = (finding: Finding): boolean => finding.subject === subject && finding.state === "open";
  const open = progress.findings.filter(isOpen);
  const hints = progress.found?.files ?? [];
  return { round, open, words: progress.words, said: await work.notes(), hints, notes };
}

/** A project's own words for a role; one that does not read well was reported when the run began, and ours stand. */
function templateOf(work: TaskWork, role: string): Template | null {
  const text = work.promptOverride(role);
  if (text === null) return null;
  const read = readTemplate(role, text);
  return "ok" in read ? read.ok : null;
}

export interface ReviewRound {
  /** Counts all rounds of the unit; names the key. */
  readonly round: number;
  /** Rounds since a person last spoke; the limit counts these. */
  readonly sincePerson: number;
  /** What this round looks at: everything, or only the fix. */
  readonly from: string;
  /** Blocking findings open after the round before; null in the first. */
  readonly openBefore: number | null;
}
