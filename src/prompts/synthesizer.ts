import { synthesisSchema } from "./answer-schemas.ts";
import { block, blockRule } from "./block.ts";
import type { Template } from "./override.ts";
import { promptOf, type Prompt } from "./prompt.ts";
import { bullets, titled } from "./sections.ts";

const version = "synthesizer/1";

export interface SynthesizerInput {
  readonly question: string;
  readonly answers: readonly { readonly model: string; readonly text: string }[];
}

const role =
  "You are the synthesizer. Several models were asked the same; you make one answer of theirs that is better than each. You change no files: what you change is thrown away.";

const rules = titled(
  "Rules",
  bullets([
    blockRule,
    "Answer the question that was asked. An answer that misses it does not count, however many give it.",
    "A majority is no proof: check what can be checked, and say which side is right and why. Where that cannot be told, say so.",
    "Take over what is right and useful, once. Leave out what nobody needs.",
    "Call the models by their names where they differ. Make nothing up that no answer and no check supports.",
  ]),
);

const answer = titled(
  "Your answer",
  'One JSON object and nothing else: {"text", "agrees": [...], "differs": [...]}. `text` is the answer a person reads, complete by itself.',
);

/** Asks for one answer out of several. */
export function synthesizerPrompt({ question, answers }: SynthesizerInput, template: Template | null = null): Prompt {
  const sections = {
    role,
    rules,
    answer,
    task: titled("The question", block("QUESTION", question)),
    work: titled(
      `The ${answers.length} answers`,
      answers.map(({ model, text }) => `${model}:\n${block("ANSWER", text)}`).join("\n\n"),
    ),
  };
  return promptOf("synthesizer", version, sections, synthesisSchema, template);
}
