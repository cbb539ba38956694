import type { Plan } from "../domain/answers.ts";
import type { Severity } from "../domain/settings.ts";
import { verdictSchema } from "./answer-schemas.ts";
import { block } from "./block.ts";
import {
  contextSection,
  notesSection,
  planText,
  taskSection,
  wordsSection,
  type RoundMaterial,
  type TaskMaterial,
} from "./material.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { openFindings, reviewRules, verdictAnswer } from "./reviewing.ts";
import { titled } from "./sections.ts";

const version = "plan-reviewer/1";

export interface PlanReviewerInput extends TaskMaterial, RoundMaterial {
  readonly plan: Plan;
  readonly blockOn: Severity;
}

const role =
  "You are the plan reviewer. Another model planned a coding task in this repository; you judge whether its steps, done as they are written, bring the task about. You change no files: what you change is thrown away.";

const ownRules = [
  "Judge the plan against the task and the code: is something missing, wrong, in the wrong order, or more than was asked? Can each step be done and checked by itself?",
  "Do not ask for a different taste of plan, for more steps, or for details an implementer will see by itself.",
];

/** Asks for a verdict on a plan. */
export function planReviewerPrompt(input: PlanReviewerInput, template: Template | null = null): Prompt {
  const sections = {
    role,
    rules: reviewRules(ownRules, input.blockOn),
    answer: verdictAnswer,
    context: contextSection(input),
    task: taskSection(input),
    plan: titled("The plan", block("PLAN", planText(input.plan))),
    work:
      input.round === 1
        ? "Review the plan now."
        : `This is round ${input.round}: the plan was changed after an earlier review. Look at what was changed and at what is open; do not start over.`,
    findings: openFindings(input.open),
    words: wordsSection(input),
    notes: notesSection(input.notes),
  };
  return promptOf("plan_reviewer", version, sections, verdictSchema, template);
}
