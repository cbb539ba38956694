import type { StepId } from "../domain/ids.ts";
import { block, blockRule } from "./block.ts";
import {
  contextSection,
  findingsText,
  notesSection,
  planSection,
  taskSection,
  wordsSection,
  type PlanMaterial,
  type RoundMaterial,
  type TaskMaterial,
} from "./material.ts";
import { hintsSection } from "./hints.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { bullets, titled } from "./sections.ts";

const version = "implementer/1";

/** What is to be done: a step of the plan, the whole task, red checks, a conflict, or what a person asked for. */
export interface WorkUnit {
  readonly kind: "step" | "whole" | "gate_fix" | "conflict" | "change";
  readonly step: StepId | null;
  readonly title: string;
  readonly details: string;
  /** Failing checks with the end of their output, files in conflict. */
  readonly trouble: readonly string[];
}

export interface ImplementerInput extends TaskMaterial, RoundMaterial, PlanMaterial {
  readonly unit: WorkUnit;
}

const role =
  "You are the implementer. You work alone in the current folder, which is a git worktree made for this task. What counts is the change you leave in its files.";

const rules = titled(
  "Rules",
  bullets([
    blockRule,
    "Do not commit, push, switch branches or rewrite history: your change is committed for you.",
    "Do not approve, merge or decide anything about this task or another, by whatever command: that is refused and noted, and a person looks at the task.",
    "Do what is asked for now and no more: no unrelated clean-up, no new formatting of files you do not change.",
    "Keep to the style, the tools and the dependencies of the project. Add or change tests where the project has tests for such things.",
    "Never make a check pass by weakening it: no test removed, skipped or loosened, no rule switched off, unless the task itself asks for that.",
    "Stay inside this folder. No secrets into files, no network where the task does not need it.",
    "Nobody answers questions while you work: choose the most sensible reading and say so at the end.",
  ]),
);

const answer = titled(
  "Your answer",
  "When the files are as they should be, end with a few plain sentences: what you changed, why, and what you could not do or check.",
);

/** Asks for a change, or in later rounds for its correction. */
export function implementerPrompt(input: ImplementerInput, template: Template | null = null): Prompt {
  const { open, unit } = input;
  const sections = {
    role,
    rules,
    answer,
    context: contextSection(input),
    task: taskSection(input),
    plan: planSection(input),
    hints: hintsSection(input.hints),
    step: titled(
      "Your part now",
      block("STEP", [unit.title, unit.details].filter((text) => text.trim() !== "").join("\n\n")),
    ),
    work: workSection(input),
    findings:
      open.length === 0
        ? ""
        : titled(
            "Open findings of the review",
            `Settle each, blocking or not, or say at the end why one is wrong.\n\n${block("FINDINGS", findingsText(open))}`,
          ),
    words: wordsSection(input),
    notes: notesSection(input.notes),
  };
  return promptOf("implementer", version, sections, null, template);
}

function workSection({ unit, round, open, plan }: ImplementerInput): string {
  const again = round > 1 ? `This is round ${round}: the folder holds what was done before. ` : "";
  const trouble = unit.trouble.length === 0 ? "" : `\n\n${block("TROUBLE", unit.trouble.join("\n\n"))}`;
  return `${again}${orderOf(unit, open.length > 0, plan !== null)}${trouble}`;
}

function orderOf({ kind, step }: WorkUnit, corrects: boolean, planned: boolean): string {
  switch (kind) {
    case "gate_fix":
      return "The task is implemented, but the checks below fail with it and do not fail without it. Find the cause and mend it.";
    case "conflict":
      return "The work of others was merged into this folder. Where it conflicts the files hold markers (<<<<<<<, =======, >>>>>>>): resolve each so that both intentions hold, and leave no marker. Where it does not conflict but breaks the checks below, mend that.";
    case "change":
      return "The task is implemented and reviewed. Make the change the person in charge asks for.";
    case "step":
    case "whole":
      if (corrects) return "Correct the work so that the findings below are settled.";
      return planned && step !== null
        ? `Implement ${step} of the plan, and only that; the steps before it are done.`
        : "Implement it.";
  }
}
