import { takenUp } from "../domain/roadmap.ts";
import { brand } from "../domain/brand.ts";
import type { Command } from "../domain/question.ts";
import type { AnswerOutcome } from "../engine/ports/decisions.ts";
import type { ScreenCommand } from "../view/screen/screen-command.ts";

/** What is a person's decision. */
const decides: Readonly<Record<Exclude<ScreenCommand["kind"], "leave">, boolean>> = {
  answer: true,
  take_back: true,
  note_task: true,
  prioritize: true,
  add_task: true,
  edit_task: false,
  give: true,
  release_hold: true,
  keep_hold: true,
  hold_model: true,
  hold: true,
  look_landing: false,
  land: true,
  report: false,
  look_ask: false,
  start_ask: false,
  show_ask: false,
  vote_ask: false,
  stop_ask: false,
  reset_breaker: true,
  start_engine: true,
  save_draft: false,
  suspend: false,
  repaint: false,
  mouse: false,
  copy: false,
  edit_outside: false,
  diff_context: false,
  edit_file: false,
  shell: false,
  page: false,
};

/** Leaving is one where it stops the run. */
export const isDecision = (command: ScreenCommand): boolean =>
  command.kind === "leave" ? command.run !== "keep" : decides[command.kind];

/** Results of the engine that say that a command was done. */
export const doneWords: ReadonlySet<string> = new Set(["done", "paused", "resumed", "stopping", takenUp]);

export const later = `takes effect at the next ${brand.bin} run`;

/** Commands in a word or two, as news and records of decisions have them. */
export function wordsOf(command: Command): string {
  if (command.kind === "skip_stage") return `skip ${command.stage} of ${command.task}`;
  if (command.kind === "reopen_stage") return `open ${command.stage} of ${command.task} again`;
  return "task" in command ? `${command.kind} ${command.task}` : command.kind;
}

export function decisionOf(command: ScreenCommand): string {
  if (command.kind === "give") return wordsOf(command.command);
  return (command.kind === "answer" ? command.action : command.kind).replaceAll("_", " ");
}

export function taskOf(command: ScreenCommand): string | null {
  if (command.kind === "give") return "task" in command.command ? command.command.task : null;
  return "task" in command ? command.task : null;
}

/** Why an answer was not taken. */
export const refusals: Record<Extract<AnswerOutcome, { ok: false }>["why"], string> = {
  unknown: "nobody waits for this answer any more",
  answered: "it was answered already",
  illegal: "that is no answer to it",
};

export const wordsOfError = (error: unknown): string => (error instanceof Error ? error.message : String(error));
