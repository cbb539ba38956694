import type { Role, TaskSpec } from "../domain/task.ts";
import { splitSchema } from "./answer-schemas.ts";
import { block, blockRule } from "./block.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { bullets, titled } from "./sections.ts";

const version = "splitter/1";

export interface SplitterInput {
  readonly spec: Pick<TaskSpec, "goal" | "details">;
  readonly criteria: readonly { readonly id: string; readonly text: string }[];
  /** Where the work is expected to be, as far as a search has found it. */
  readonly files: readonly string[];
  readonly most: number;
}

const role =
  "You are asked whether one large coding task is better done as a few smaller ones, each of which others plan, implement, review and merge by itself. You change no files: what you change is thrown away.";

const rules = (most: number): string =>
  titled(
    "Rules",
    bullets([
      blockRule,
      `2 to ${most} parts, or the task as a whole: set keep_whole where parts would change the same files, or where none is of use without the others.`,
      "Together the parts bring all that the task asks for, and nothing else. Name for each which criteria it covers, and quote the words of the task that it is made from, letter by letter.",
      "A part leaves the repository working when it is merged before the others. What builds on another part needs it: name that one as P1, P2, ... in your order.",
      "Name the files that each part will change, new ones too. Two parts that change the same file are done one after the other.",
      "A goal is one sentence that says what the part brings, in the task's own words as far as they serve.",
    ]),
  );

const answer = titled(
  "Your answer",
  'One JSON object and nothing else: {"parts": [{"goal", "covers", "quote", "files", "needs", "complexity"}], "keep_whole": false}. Complexity is 1 (a line or two) to 5 (many places, hard to see through).',
);

/** Asks for the parts of a task, or for none. */
export function splitterPrompt(asked: Role, { spec, criteria, files, most }: SplitterInput): Prompt {
  const sections = {
    role,
    rules: rules(most),
    answer,
    task: titled("The task", block("TASK", [spec.goal, spec.details ?? ""].join("\n\n").trim())),
    work: [
      titled("Its criteria", block("CRITERIA", criteria.map(({ id, text }) => `${id}: ${text}`).join("\n"))),
      ...(files.length === 0
        ? []
        : [titled("Files found by a search; it may be wrong", block("FILES", files.join("\n")))]),
    ].join("\n\n"),
  };
  return promptOf(asked, version, sections, splitSchema, null);
}
