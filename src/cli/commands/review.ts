import type { ReviewResult } from "../../actions/results/task.ts";
import type { InputOf } from "../../actions/table.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { Question } from "../../domain/question.ts";
import { jsonVersion, reviewJson } from "../../view/json/json.ts";
import { chooseUi } from "../inputs/choose-ui.ts";
import { findTask } from "../inputs/find-task.ts";
import { printEndlessHolds } from "../output/endless-holds.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printDoubts } from "../output/print-doubts.ts";
import { printQuestion } from "../output/question-text.ts";
import { printTask } from "../output/task-text.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { attach } from "../running/attach.ts";
import { hereOrEverywhere } from "../running/everywhere.ts";
import {
  withRepository,
  type CommandContext,
  type KnownContext,
  type RepositoryContext,
} from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** What waits for a person: the review screen, or a list with the commands that answer; outside of a repository that of all. */
export const command = (program: Program, input: InputOf<"review">, displays: Displays): Promise<number> =>
  input.task === undefined
    ? hereOrEverywhere(
        program,
        (context) => review(context, null, displays),
        (context, repositories) => reviewAll(context, repositories, displays.json),
      )
    : withRepository(program, (context) => review(context, input.task ?? null, displays));

async function review(context: RepositoryContext, task: string | null, displays: Displays): Promise<number> {
  const { program, ledger, repository } = context;
  const only = task === null ? null : (await findTask(ledger, repository.id, task)).id;
  if (!displays.json && (await chooseUi(program, displays)) !== "plain")
    return await attach(context, { plain: false, json: false, ui: displays.ui ?? null, view: "review", task: only });
  const facts = await readFacts(ledger, repository.id, program.clock.now());
  const { rows, world, run } = facts;
  const questions = facts.questions.filter((one) => only === null || one.task === only);
  if (only !== null && !displays.json) {
    if (questions.length === 0) program.out.line(`${only} asks you nothing now`);
    const detail = await ledger.tasks.detail(repository.id, only);
    if (detail !== null) printTask(program, detail, world);
    return 0;
  }
  if (displays.json) program.out.json(reviewJson(questions, rows, world));
  else {
    const holds = await printEndlessHolds(context);
    if (questions.length + holds === 0) program.out.line("nothing waits for you");
    await printQuestions(context, questions);
    await printDeadEngine(context, run);
    await printDoubts(context);
  }
  return 0;
}

async function printQuestions(
  { program, ledger, repository }: KnownContext,
  questions: readonly Question[],
): Promise<void> {
  for (const question of questions)
    printQuestion(program, question, await ledger.tasks.detail(repository.id, question.task));
}

/** Answers are given in the repository that asks: its folder stands above them. */
async function reviewAll(context: CommandContext, ids: readonly RepositoryId[], json: boolean): Promise<number> {
  const { program, ledger } = context;
  const all: ReviewResult["questions"][number][] = [];
  let waiting = 0;
  for (const id of ids) {
    const { rows, world, run, questions } = await readFacts(ledger, id, program.clock.now());
    const repository = run?.repositoryPath ?? id;
    all.push(...reviewJson(questions, rows, world).questions.map((question) => ({ ...question, repository })));
    if (json || questions.length === 0) continue;
    waiting += questions.length;
    program.out.line(`in ${repository}:`);
    await printQuestions({ ...context, repository: { id } }, questions);
  }
  if (json) program.out.json({ v: jsonVersion, questions: all });
  else if (waiting === 0) program.out.line("nothing waits for you");
  return 0;
}
