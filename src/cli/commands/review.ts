import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { ChangeRequest, Question } from "../../domain/question.ts";
import { reviewJson } from "../../view/json/json.ts";
import { clean } from "../../view/text/clean.ts";
import { age } from "../../view/text/durations.ts";
import { questionWord } from "../../view/text/state-styles.ts";
import { answerFlag } from "../inputs/answer-flags.ts";
import { printEndlessHolds } from "../output/endless-holds.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printDoubts } from "../output/print-doubts.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { attach } from "../running/attach.ts";
import { withRepository } from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** What waits for a person: the review screen, or a list with the commands that answer. */
export const command = (program: Program, _input: InputOf<"review">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    if (program.interactive && !displays.json)
      return await attach(context, { plain: false, json: false, view: "review" });
    const { questions, rows, world, run } = await readFacts(ledger, repository.id, program.clock.now());
    if (displays.json) program.out.json(reviewJson(questions, rows, world));
    else {
      const holds = await printEndlessHolds(context);
      if (questions.length + holds === 0) program.out.line("nothing waits for you");
      for (const question of questions) {
        const detail = await ledger.tasks.detail(repository.id, question.task);
        const goal = rows.find(({ id }) => id === question.task)?.spec.goal ?? "";
        printQuestion(program, question, goal, detail?.request ?? null);
      }
      await printDeadEngine(context, run);
      await printDoubts(context);
    }
    return 0;
  });

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
  for (const action of question.actions) out.line(`    ${brand.bin} task ${question.task} ${answerFlag(action)}`);
  out.line();
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
