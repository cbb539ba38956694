import { brand } from "../../domain/brand.ts";
import type { Action, ChangeRequest, Question } from "../../domain/question.ts";
import { meaningOf } from "../../view/review/answer-words.ts";
import { clean } from "../../view/text/clean.ts";
import { age } from "../../view/text/durations.ts";
import { questionWord } from "../../view/text/state-styles.ts";
import { answerFlag } from "../inputs/answer-flags.ts";
import type { Program } from "../program/program.ts";

/** What was asked for in the round before. */
export function printRequest({ out, clock }: Program, request: ChangeRequest | null, indent: string): void {
  if (request === null) return;
  const [first = "", ...rest] = request.text.trim().split("\n");
  out.line(`${indent}you asked ${age(clock.now() - request.at)} ago: ${first}`);
  for (const line of rest) out.line(`${indent}  ${line}`);
}

export function printQuestion(program: Program, question: Question, goal: string, request: ChangeRequest | null): void {
  const { out } = program;
  out.line(`${question.task}  ${goal}`);
  out.line(
    `  ${questionWord[question.kind]}, ${question.reason.replaceAll("_", " ")}, asked ${age(program.clock.now() - question.askedAt)} ago`,
  );
  printRequest(program, request, "  ");
  for (const line of question.text.split("\n")) out.line(`  ${line}`);
  if (question.kind === "approval") sayAsked(program, question);
  for (const line of answerLines(question.task, question.actions, question)) out.line(`    ${line}`);
  out.line();
}

/** The commands that answer, each with what it means where that is not plain. */
export function answerLines(task: string, actions: readonly Action[], question: Question): readonly string[] {
  const commands = actions.map((action) => `${brand.bin} task ${task} ${answerFlag(action)}`);
  const columns = Math.max(...commands.map((line) => line.length)) + 2;
  return actions.map((action, at) => {
    const meaning = meaningOf(action, question);
    return meaning === null ? (commands[at] ?? "") : `${(commands[at] ?? "").padEnd(columns)}${meaning}`;
  });
}

/** The whole command or change that an agent asks for, with whatever would hide on a terminal made visible. */
function sayAsked({ out }: Program, { evidence }: Question): void {
  for (const name of ["command", "diff"]) {
    const value = evidence[name];
    if (typeof value !== "string") continue;
    const lines = clean(value, { lines: true, reveal: true, max: 20_000 }).split("\n");
    for (const line of lines) out.line(`  | ${line}`);
  }
}
