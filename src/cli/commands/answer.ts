import { brand } from "../../domain/brand.ts";
import type { QuestionId } from "../../domain/ids.ts";
import type { Action, Answer, Command, Question } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { nearestAnswer } from "../../policy/nearest-answer.ts";
import { terminalActor } from "../inputs/actor.ts";
import { commandText } from "../../view/log/command-text.ts";
import { answerFlag } from "../inputs/answer-flags.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireModel } from "../inputs/known-model.ts";
import { answerLines } from "../output/question-text.ts";
import { printEffect } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { giveCommand } from "../running/give-command.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/** What may go with an answer. */
interface Words {
  readonly task: string;
  readonly message?: string | undefined;
  readonly text?: string | undefined;
  readonly model?: string | undefined;
  /** What was read before it was answered; without it whatever the task asks now. */
  readonly question?: QuestionId | undefined;
}

/** A person's decision about a task: the answer to its question, or what needs none. */
export const answering =
  (action: Action) =>
  (program: Program, words: Words, displays: Displays): Promise<number> =>
    withRepository(program, async (context) => {
      const row = await findTask(context.ledger, context.repository.id, words.task);
      return await decide(context, row, action, words, displays);
    });

/** CommandError where it cannot be; what came of it is said. */
export async function decide(
  context: RepositoryContext,
  row: TaskRow,
  given: Action,
  words: Words,
  displays: Displays,
): Promise<number> {
  const { ledger, repository, program } = context;
  const detail = await ledger.tasks.detail(repository.id, row.id);
  const question = questionMeant(await openOf(context, row), given, words.question);
  if (words.question !== undefined && question === null) throw answeredMeanwhile(row);
  // Saying no to an agent that asks is a denial: the work goes on without what it asked for.
  const action = given === "reject" && question?.actions.includes("deny") === true ? "deny" : given;
  const actor = terminalActor(`task ${answerFlag(action).split(" ")[0] ?? ""}`);
  const model = words.model ?? null;
  const settings = await ledger.runs.settings(row.settingsDigest);
  if (settings !== null && settings.models.length > 0) requireModel(words.model, settings.models);
  const needsNone = (action === "abort" || action === "retry") && question?.actions.includes(action) !== true;
  const before = question === null ? null : await takenBackBy(context, row);
  if (question === null || needsNone || (before !== null && action === "abort"))
    return await withoutQuestion(context, row, action, model, detail, displays);
  if (before !== null)
    throw new CommandError(
      `${row.id} takes its question back for what was said before (${commandText(before)}) and is not done yet; an engine does that (${brand.bin} run, where none runs), then answer what it asks`,
    );
  const answer: Answer = {
    question: question.id,
    action,
    text: words.text ?? words.message ?? null,
    model,
    actor,
    effectiveAt: program.clock.now(),
  };
  const outcome = await ledger.decisions.answer(answer);
  if (outcome.ok) return await printEffect(context, displays, `${row.id}: ${action.replaceAll("_", " ")}`);
  if (outcome.why === "illegal") {
    const nearest = nearestAnswer(action, outcome.legal);
    const said = nearest === null ? "" : `nearest to it is ${brand.bin} task ${row.id} ${answerFlag(nearest)}; `;
    throw new CommandError(
      `${row.id} cannot be answered so; ${said}its question allows`,
      2,
      answerLines(row.id, outcome.legal, question).map((line) => `  ${line}`),
    );
  }
  throw answeredMeanwhile(row);
}

const openOf = async ({ ledger, repository }: RepositoryContext, { id }: TaskRow): Promise<readonly Question[]> =>
  (await ledger.account.questions(repository.id)).flatMap(({ question, answer }) =>
    question.task === id && answer === null ? [question] : [],
  );

/** Of several the one that was read; else the one about its text, which the task waits for, where that may be answered so. */
const questionMeant = (open: readonly Question[], action: Action, read: QuestionId | undefined): Question | null =>
  read === undefined
    ? (open.find(({ kind, actions }) => kind === "backlog" && actions.includes(action)) ??
      open.find(({ actions }) => actions.includes(action)) ??
      open[0] ??
      null)
    : (open.find(({ id }) => id === read) ?? null);

/** What begins a task anew, or ends it, takes its question back: an answer to that would be lost. */
async function takenBackBy({ ledger, repository }: RepositoryContext, { id }: TaskRow): Promise<Command | null> {
  const pending = (await ledger.decisions.pending(repository.id)).map(({ command }) => command);
  const before = pending.find((command) => {
    switch (command.kind) {
      case "mode":
      case "retry":
      case "rewind":
      case "again":
      case "reopen":
      case "abort":
        return command.task === id;
      default:
        return false;
    }
  });
  return before ?? null;
}

const answeredMeanwhile = ({ id }: TaskRow): CommandError =>
  new CommandError(`the question of ${id} was answered meanwhile`);

/** Some decisions need no question: a failed task is tried again, a running one given up. */
async function withoutQuestion(
  context: RepositoryContext,
  row: TaskRow,
  action: Action,
  model: string | null,
  detail: TaskDetail | null,
  displays: Displays,
): Promise<number> {
  const { ledger, repository } = context;
  const actor = terminalActor(`task --${action}`);
  if (action === "retry" && row.startedAt === null)
    throw new CommandError(
      `${row.id} was never started, so there is nothing to try again; it begins by itself as soon as it can: ${brand.bin} why ${row.id}`,
    );
  if (action === "retry" && row.state !== "DONE") {
    await giveCommand(context, { kind: "retry", task: row.id, model, text: null }, actor);
    return await printEffect(context, displays, `${row.id}: retry`);
  }
  if (action === "abort" && row.state !== "DONE" && row.state !== "FAILED") {
    await giveCommand(context, { kind: "abort", task: row.id, reason: `aborted by ${actor.name}` }, actor);
    return await printEffect(context, displays, `${row.id}: abort`);
  }
  const answered =
    (await ledger.account.questions(repository.id)).find(({ question }) => question.task === row.id)?.answer ?? null;
  if (answered !== null)
    throw new CommandError(
      `${row.id} was answered (${answered.action.replaceAll("_", " ")}) and the engine has not taken it up yet`,
    );
  const state = detail?.task.state ?? row.state;
  throw new CommandError(
    `${row.id} asks nothing; it is ${state.toLowerCase().replaceAll("_", " ")}${state === "DONE" ? `; ${brand.bin} run --again ${row.id} does it over` : ""}`,
  );
}
