import { brand } from "../../domain/brand.ts";
import type { Action, ChangeRequest, Question } from "../../domain/question.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { consequenceOf, meaningOfQuestion, ruleOf } from "../../view/review/question-words.ts";
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

/** The task that asks, and what a person asked of it before. */
type Asking = Pick<TaskDetail, "task" | "request">;

/** A question with the commands that answer it. */
export function printQuestion(program: Program, question: Question, asking: Asking | null): void {
  const { out } = program;
  out.line(`${question.task}  ${asking?.task.spec.goal ?? ""}`);
  printAsked(program, question, asking);
  for (const line of answerLines(question.task, question.actions, question)) out.line(`    ${line}`);
  out.line();
}

/** What is asked and on what grounds, without the ways to answer. */
export function printAsked(program: Program, question: Question, asking: Asking | null): void {
  const { out } = program;
  out.line(
    `  ${questionWord[question.kind]}, ${question.reason.replaceAll("_", " ")}, asked ${age(program.clock.now() - question.askedAt)} ago`,
  );
  printRequest(program, asking?.request ?? null, "  ");
  for (const line of question.text.split("\n")) out.line(`  ${line}`);
  out.line(`  means: ${meaningOfQuestion(question)}`);
  const rule = ruleOf(question, asking?.task.spec ?? null);
  if (rule !== null) out.line(`  why you: ${rule}`);
  if (question.kind === "approval") sayAsked(program, question);
  if (question.reason === "own_gate") sayOutputs(program, question);
}

const shownEnd = 12;

/** The ends of what the checks said with the gate of the base and with the change's own. */
function sayOutputs({ out }: Program, { evidence }: Question): void {
  for (const [name, title] of [
    ["by_the_gate_of_the_base", "with the gate of its base"],
    ["by_its_own_gate", "with its own gate"],
  ] as const) {
    const value = evidence[name];
    if (typeof value !== "string" || value.trim() === "") continue;
    const lines = clean(value.trim(), { lines: true, reveal: true, max: 20_000 }).split("\n");
    out.line(`  ${title}:`);
    if (lines.length > shownEnd) out.line(`  | … ${lines.length - shownEnd} lines before`);
    for (const line of lines.slice(-shownEnd)) out.line(`  | ${line}`);
  }
}

/** The commands that answer, each with what it leads to. */
export function answerLines(task: string, actions: readonly Action[], question: Question): readonly string[] {
  const commands = actions.map((action) => `${brand.bin} task ${task} ${answerFlag(action)}`);
  const columns = Math.max(...commands.map((line) => line.length)) + 2;
  return actions.map((action, at) => `${(commands[at] ?? "").padEnd(columns)}${consequenceOf(action, question)}`);
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
