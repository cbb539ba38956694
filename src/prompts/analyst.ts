import type { LocatedFile } from "../domain/analysis.ts";
import { opinionSchema } from "./answer-schemas.ts";
import { blockRule } from "./block.ts";
import { hintsSection } from "./hints.ts";
import { contextSection, taskSection, wordsSection, type RoundMaterial, type TaskMaterial } from "./material.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { bullets, titled } from "./sections.ts";

const version = "analyst/1";

export interface AnalystInput extends TaskMaterial, Pick<RoundMaterial, "said"> {
  /** Files that were found for it, the best first. */
  readonly found: readonly Pick<LocatedFile, "path" | "symbols">[];
}

const role =
  "You are the analyst. You say how hard one coding task is before anybody works on it, so that it gets as much planning and review as it needs and not more. You change no files: what you change is thrown away.";

const rules = titled(
  "Rules",
  bullets([
    blockRule,
    "1: one obvious change in one place. 2: a small change, a few files. 3: usual work with its own tests, some thought. 4: several parts of the project, or easy to get wrong. 5: many parts, a change of data or protocol, or unknown ground.",
    "Judge the work and its risk of going wrong, not how long the text is. Look at the files only as far as you need to.",
    "Do not plan and do not begin.",
  ]),
);

const answer = titled(
  "Your answer",
  'One JSON object and nothing else: {"complexity", "kind", "needs": [...], "split"}.',
);

/** Asks a small model how hard a task is. */
export function analystPrompt(input: AnalystInput, template: Template | null = null): Prompt {
  const { found } = input;
  const sections = {
    role,
    rules,
    answer,
    context: contextSection(input),
    task: taskSection(input),
    hints: hintsSection(found),
    work: "Say how hard it is now.",
    words: wordsSection({ said: input.said, words: null }),
  };
  return promptOf("analyst", version, sections, opinionSchema, template);
}
