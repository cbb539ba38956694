import type { Plan } from "../domain/answers.ts";
import { planSchema } from "./answer-schemas.ts";
import { block, blockRule } from "./block.ts";
import {
  contextSection,
  findingsText,
  notesSection,
  planText,
  taskSection,
  wordsSection,
  type RoundMaterial,
  type TaskMaterial,
} from "./material.ts";
import { hintsSection } from "./hints.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { roadmapSchema } from "./roadmap-schemas.ts";
import { bullets, titled } from "./sections.ts";

const version = "planner/1";
const roadmapVersion = "planner-of-roadmaps/1";

export interface PlannerInput extends TaskMaterial, RoundMaterial {
  /** The plan that was not accepted; null in the first round. */
  readonly previous: Plan | null;
  /** It is to be a roadmap of stages; absent: steps. */
  readonly asRoadmap?: { readonly mostStages: number };
}

const role =
  "You are the planner. You turn one coding task into a short plan whose steps other models implement one after the other in this repository, each as one commit. You change no files: what you change is thrown away.";

const rules = titled(
  "Rules",
  bullets([
    blockRule,
    "Read the code that is concerned before you plan. Name files that are really there.",
    "As few steps as make sense, 20 at most; one step is fine. Each is complete by itself, leaves the repository working, and brings its own tests where the project has tests.",
    "A step's details tell an implementer who has not read your thoughts what to change, what to leave alone, and how it is known to work.",
    "No steps for committing, pushing, reviewing, approving or merging: that is done by us.",
    "Plan the task as it is given, not more. Say under risks what you found unclear and how you read it.",
  ]),
);

const answer = titled(
  "Your answer",
  'One JSON object and nothing else: {"summary", "steps": [{"id", "title", "details", "files"}], "risks": [...]}. Titles are one line, like the subject of a commit.',
);

const roadmapRole =
  "You are the planner. You turn one large coding task into a roadmap: stages that are worked on one after the other in this repository, each with steps that other models implement as one commit each. You change no files: what you change is thrown away.";

const roadmapRules = (mostStages: number): string =>
  titled(
    "Rules",
    bullets([
      blockRule,
      "Read the code that is concerned before you plan. Name files that are really there.",
      `A stage is a part that can be seen to work by itself before the next begins; as few as make sense, ${mostStages} at most; one stage is fine. What could turn out otherwise comes early.`,
      "Each stage says what is true when it is done, in sentences that can be observed, and which of the project's checks are run at its end, by their names.",
      "A stage has 1 to 20 steps, as few as make sense. Each leaves the repository working, and brings its own tests where the project has tests.",
      "A step's details tell an implementer who has not read your thoughts what to change, what to leave alone, and how it is known to work.",
      "Say apart what you know (facts), what you do not know and could change the roadmap (unknown), and what you take for granted without having looked (guesses).",
      "No steps for committing, pushing, reviewing, approving or merging: that is done by us.",
      "Plan the task as it is given, not more. Say under risks what you found unclear and how you read it.",
    ]),
  );

const roadmapAnswer = titled(
  "Your answer",
  'One JSON object and nothing else: {"summary", "facts": [...], "unknown": [...], "guesses": [...], "stages": [{"id", "title", "goal", "files", "needs": [ids], "checks": [names], "done_when": [...], "steps": [{"id", "title", "details", "files"}]}], "risks": [...]}. Titles are one line, like the subject of a commit.',
);

/** Asks for a plan, or in later rounds for a better one. */
export function plannerPrompt(input: PlannerInput, template: Template | null = null): Prompt {
  const { previous, open, asRoadmap } = input;
  const sections = {
    ...(asRoadmap === undefined
      ? { role, rules, answer }
      : { role: roadmapRole, rules: roadmapRules(asRoadmap.mostStages), answer: roadmapAnswer }),
    context: contextSection(input),
    task: taskSection(input),
    plan: previous === null ? "" : titled("Your last plan, which was not accepted", block("PLAN", planText(previous))),
    hints: hintsSection(input.hints),
    work:
      previous === null
        ? "Make the plan now."
        : `This is round ${input.round}. Make a new plan that settles what is open; keep what was not questioned.`,
    findings:
      open.length === 0 ? "" : titled("Open findings of the plan's review", block("FINDINGS", findingsText(open))),
    words: wordsSection(input),
    notes: notesSection(input.notes),
  };
  return asRoadmap === undefined
    ? promptOf("planner", version, sections, planSchema, template)
    : promptOf("planner", roadmapVersion, sections, roadmapSchema, template);
}
