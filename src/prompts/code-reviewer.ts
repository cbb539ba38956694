import type { Severity } from "../domain/settings.ts";
import { verdictSchema } from "./answer-schemas.ts";
import { block } from "./block.ts";
import type { WorkUnit } from "./implementer.ts";
import {
  contextSection,
  notesSection,
  planSection,
  taskSection,
  wordsSection,
  type PlanMaterial,
  type RoundMaterial,
  type TaskMaterial,
} from "./material.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { openFindings, reviewRules, verdictAnswer } from "./reviewing.ts";
import { bullets, joined, titled } from "./sections.ts";

const version = "code-reviewer/1";

export interface ReviewedDiff {
  readonly files: readonly {
    readonly path: string;
    readonly insertions: number;
    readonly deletions: number;
    readonly state: string;
  }[];
  readonly text: string;
  /** The text is cut; the files are all there. */
  readonly truncated: boolean;
}

export interface CodeReviewerInput extends TaskMaterial, RoundMaterial, PlanMaterial {
  readonly unit: WorkUnit;
  readonly diff: ReviewedDiff;
  /** The diff is only what was changed since the round before. */
  readonly onlyFix: boolean;
  /** Changed paths that are protected. */
  readonly touched: readonly string[];
  readonly blockOn: Severity;
}

const role =
  "You are the code reviewer. Another model made a change in this repository; you judge whether it does what was asked and breaks nothing. You change no files: what you change is thrown away.";

const ownRules = [
  "Judge what the change does, not what is said about it. Read around it where the diff alone does not tell.",
  "The project's checks are run by us after you. Do not report what they will find: formatting, types, failing tests.",
  "Do not ask for what the task does not ask for.",
];

/** Asks for a verdict on a change. */
export function codeReviewerPrompt(input: CodeReviewerInput, template: Template | null = null): Prompt {
  const { unit } = input;
  const part = [unit.title, unit.details, ...unit.trouble].filter((text) => text.trim() !== "").join("\n\n");
  const sections = {
    role,
    rules: reviewRules(ownRules, input.blockOn),
    answer: verdictAnswer,
    context: contextSection(input),
    task: taskSection(input),
    plan: planSection(input),
    step: titled(
      unit.kind === "whole"
        ? "What was to be done: all of it"
        : `What was to be done now${unit.step === null ? "" : ` (${unit.step})`}`,
      block("STEP", part),
    ),
    work: workText(input),
    diff: diffSection(input),
    findings: openFindings(input.open),
    words: wordsSection(input),
    notes: notesSection(input.notes),
  };
  return promptOf("code_reviewer", version, sections, verdictSchema, template);
}

function workText({ round, onlyFix }: CodeReviewerInput): string {
  if (round === 1) return "Review the change now.";
  if (!onlyFix) return `This is round ${round}. Review the whole change again, with what is open.`;
  return `This is round ${round}: below is only what was changed since the round before. Look at that and at what is open. New findings are about this fix, or of severity blocker.`;
}

function diffSection({ diff, touched }: CodeReviewerInput): string {
  const files = diff.files.map(
    ({ path, insertions, deletions, state }) => `${state} ${path} +${insertions} -${deletions}`,
  );
  const parts = [
    touched.length === 0
      ? ""
      : `It touches protected paths, by which a change could weaken its own gate. Look closely whether a test, a check or a rule was removed, skipped or loosened, and whether the task asks for it:\n${block("PROTECTED", bullets(touched))}`,
    diff.files.length === 0 ? "No file is changed." : block("FILES", files.join("\n")),
    diff.text.trim() === "" ? "" : block("DIFF", diff.text),
    diff.truncated ? "The diff is cut here. The files themselves are in the current folder." : "",
  ];
  return titled("The change", joined(parts).trimEnd());
}
