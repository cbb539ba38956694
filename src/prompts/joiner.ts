import type { TaskId } from "../domain/ids.ts";
import type { TaskSpec } from "../domain/task.ts";
import { joinSchema } from "./answer-schemas.ts";
import { block, blockRule } from "./block.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { bullets, titled } from "./sections.ts";

const version = "joiner/1";

export interface PartReport {
  readonly id: TaskId;
  readonly goal: string;
  readonly covers: readonly string[];
  readonly isDone: boolean;
  /** What its last reviewer said, or why it failed. */
  readonly said: string;
}

export interface JoinerInput {
  readonly spec: Pick<TaskSpec, "goal" | "details">;
  readonly criteria: readonly { readonly id: string; readonly text: string }[];
  readonly reports: readonly PartReport[];
}

const role =
  "You are the synthesizer. A coding task was done in parts, each reviewed and merged by itself; you say what they come to together, held against what was asked for. You change no files: what you change is thrown away.";

const rules = titled(
  "Rules",
  bullets([
    blockRule,
    "Say only what the reports bear out. Each claim names the parts it stands on; one that none bears out is left out.",
    "A criterion is unmet where no report says that it was brought about, and where the part that covers it failed. Do not guess in its favour.",
    "Where two reports contradict each other, or leave a gap between them, say so in the summary.",
  ]),
);

const answer = titled(
  "Your answer",
  'One JSON object and nothing else: {"summary", "claims": [{"text", "sources": ["<id of a part>"]}], "unmet": ["A1"]}.',
);

/** Asks what the reports of a task's parts come to. */
export function joinerPrompt({ spec, criteria, reports }: JoinerInput): Prompt {
  const told = reports.map(
    ({ id, goal, covers, isDone, said }) =>
      `${id} (covers ${covers.join(", ")}; ${isDone ? "done" : "failed"}): ${goal}\n${said}`,
  );
  const sections = {
    role,
    rules,
    answer,
    task: titled("The task", block("TASK", [spec.goal, spec.details ?? ""].join("\n\n").trim())),
    work: [
      titled("Its criteria", block("CRITERIA", criteria.map(({ id, text }) => `${id}: ${text}`).join("\n"))),
      titled("The reports", block("REPORTS", told.join("\n\n"))),
    ].join("\n\n"),
  };
  return promptOf("synthesizer", version, sections, joinSchema, null);
}
