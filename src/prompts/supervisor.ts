import { block, blockRule } from "./block.ts";
import {
  contextSection,
  findingsText,
  notesSection,
  taskSection,
  wordsSection,
  type RoundMaterial,
  type TaskMaterial,
} from "./material.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { changesSchema } from "./roadmap-schemas.ts";
import { roadmapText, type ToldRoadmap } from "./roadmap-text.ts";
import { bullets, titled } from "./sections.ts";

const version = "supervisor/1";

export interface SupervisorInput extends TaskMaterial, RoundMaterial {
  readonly roadmap: ToldRoadmap;
  /** The stage that has just ended. */
  readonly stage: string;
  /** Why it is asked, a sentence each. */
  readonly reasons: readonly string[];
  /** What finished stages say, oldest first. */
  readonly decisions: readonly string[];
  readonly mostStages: number;
  /** What was wrong with its last answer; null: it is asked for the first time. */
  readonly refused: string | null;
}

const role =
  "You are the supervisor. A large coding task is worked on stage by stage in this repository. One stage has ended and something is not as the roadmap has it: you say whether the roadmap has to change, and how. You change no files: what you change is thrown away.";

const rules = titled(
  "Rules",
  bullets([
    blockRule,
    "Most often the roadmap is right as it is: then answer with no change. Change only what the reasons make necessary.",
    "merge, split, reorder and skip are for stages that have not begun; reopen is for one that is done. Name stages by their ids; new ones get their ids from us.",
    "No work may be lost: of a stage that you merge or split, each step is kept or replaced by a named one. A skip names the stage that does what the skipped one is for.",
    "A finding that is open and blocks is settled by opening its stage again, with steps that settle it, or by a new stage; else a person is asked.",
    "You do not decide whether work is good: reviews and checks do.",
  ]),
);

const answer = titled(
  "Your answer",
  'One JSON object and nothing else: {"changes": [...], "why"}. A change is {"op": "merge", "stages": [ids], "into": [stage]}, {"op": "split", "stage": id, "into": [stages]}, {"op": "reorder", "order": [ids]}, {"op": "skip", "stage": id, "met_by": id}, {"op": "reopen", "stage": id, "finding", "steps": [{"title", "details", "files"}]} or {"op": "add", "into": [stage], "after": id}. A stage is {"title", "goal", "files", "needs", "checks", "done_when", "keeps", "steps": [{"title", "details", "files", "replaces"}]}.',
);

/** Asks whether the roadmap has to change. */
export function supervisorPrompt(input: SupervisorInput, template: Template | null = null): Prompt {
  const { roadmap, stage, reasons, decisions, open, refused, mostStages } = input;
  const sections = {
    role,
    rules,
    answer,
    context: contextSection(input),
    task: taskSection(input),
    step: titled("The roadmap", block("ROADMAP", roadmapText(roadmap))),
    work: [
      `${stage} has ended. At most ${mostStages} stages are allowed. You are asked because:\n${block("REASONS", bullets(reasons))}`,
      decisions.length === 0 ? "" : `What the stages say so far:\n${block("DECISIONS", decisions.join("\n\n"))}`,
      refused === null
        ? ""
        : `Your last answer could not be followed, and nothing of it was. ${block("REFUSED", refused)}\nThis is the last time you are asked: answer with what is possible, or with no change.`,
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
    findings: open.length === 0 ? "" : titled("Open findings", block("FINDINGS", findingsText(open))),
    words: wordsSection(input),
    notes: notesSection(input.notes),
  };
  return promptOf("supervisor", version, sections, changesSchema, template);
}
