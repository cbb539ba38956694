import type { QuestionId, TaskId } from "../../domain/ids.ts";
import type { Action, Question } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal, type TaskState } from "../../domain/task.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { meaningOf } from "../../view/review/answer-words.ts";
import { answerSentence, consequenceOf } from "../../view/review/question-words.ts";
import { latestChecks } from "../../view/review/evidence.ts";
import { creditWords } from "../../view/tasks/credits.ts";
import { counted } from "../../view/text/amounts.ts";
import { questionPhrase } from "../../view/text/state-styles.ts";
import { decide } from "../commands/answer.ts";
import { refusalOf, settleDoubts } from "../inputs/actor.ts";
import { printDiff } from "../output/print-diff.ts";
import { printAsked } from "../output/question-text.ts";
import { printTask } from "../output/task-text.ts";
import { CommandError } from "../program/command-error.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";
import { diffLoader } from "../wiring/screen-diffs.ts";
import { Numbered, over } from "./numbered.ts";
import { printWrapped, tellingOf } from "./told-of.ts";

/** nothing: there is none to ask now. over: nobody types any more, or somebody has had enough. */
export type Asked = "asked" | "nothing" | "over";

const words = { json: false, plain: true, detach: false } as const;

/** Asks a person what waits for one, question by question, and gives the answers as every other window would. */
export class PersonAsker {
  readonly #context: RepositoryContext;
  readonly #numbered: Numbered;
  readonly #only: TaskId | null;
  readonly #skipped = new Set<QuestionId>();
  /** How it is answered was said. */
  #begun = false;

  constructor(context: RepositoryContext, signal: AbortSignal, only: TaskId | null) {
    this.#context = context;
    this.#numbered = new Numbered(context.program, signal);
    this.#only = only;
  }

  /** The next question that was not skipped. Where all were, and nothing else can go on, what to do about that. */
  async next(): Promise<Asked> {
    const open = await this.#open();
    const question = open.find(({ id }) => !this.#skipped.has(id));
    if (question !== undefined) return await this.#ask(question, open.length);
    if (open.length === 0) return "nothing";
    const { ledger, repository } = this.#context;
    if ((await ledger.tasks.list(repository.id)).some(({ state }) => isAtWork(state))) return "nothing";
    this.#context.program.out.line(`All that is left waits for ${counted(open.length, "question")} that you skipped.`);
    if ((await this.#numbered.choose(["ask again", "leave"])) !== 0) return "over";
    this.#skipped.clear();
    return "asked";
  }

  async #open(): Promise<readonly Question[]> {
    const { ledger, repository } = this.#context;
    const all = await ledger.account.questions(repository.id);
    return all.flatMap(({ question, answer }) =>
      answer === null && (this.#only === null || question.task === this.#only) ? [question] : [],
    );
  }

  async #ask(question: Question, count: number): Promise<Asked> {
    const { ledger, repository, program } = this.#context;
    const detail = await ledger.tasks.detail(repository.id, question.task);
    if (detail === null) {
      this.#skipped.add(question.id);
      return "asked";
    }
    const row = detail.task;
    this.#sayAsked(question, detail, count);
    const hasDiff = row.baseCommit !== null && row.commit !== null;
    const more = [...(hasDiff ? ["show the diff"] : []), "show the task", "skip"];
    for (;;) {
      const chosen = await this.#numbered.choose([
        ...question.actions.map((action) => wordOf(action, question)),
        ...more,
      ]);
      if (chosen === over) return "over";
      const action = question.actions[chosen];
      if (action !== undefined) {
        const done = await this.#answer(detail, question, action);
        if (done !== "back") return done;
        continue;
      }
      const what = more[chosen - question.actions.length];
      if (what === "skip") {
        this.#skipped.add(question.id);
        return "asked";
      }
      if (what === "show the diff") await this.#showDiff(row);
      else {
        const { world } = await readFacts(ledger, repository.id, program.clock.now());
        printTask(tellingOf(program, row.id), detail, world);
      }
    }
  }

  #sayAsked(question: Question, asking: TaskDetail, count: number): void {
    const { program } = this.#context;
    const { task: row } = asking;
    const say = (text: string): void => printWrapped(program.out, text);
    program.out.line();
    if (!this.#begun) {
      say("Answers are numbers. An answer counts at once, nothing takes it back.");
      say(
        "Lines that begin with the name of a task and a colon tell of it, and may hold words of models. None of them asks.",
      );
      program.out.line();
    }
    this.#begun = true;
    const which = count === 1 ? "the only one" : `one of ${count}`;
    say(`Question, ${which}: task ${row.id} asks for ${questionPhrase[question.kind]}.`);
    const telling = tellingOf(program, row.id);
    telling.out.line(`its goal: ${row.spec.goal}`);
    if (row.author !== null) telling.out.line(`done by ${creditWords(row)}`);
    printAsked(telling, question, asking);
    for (const action of question.actions)
      telling.out.line(`  ${wordOf(action, question)}: ${consequenceOf(action, question)}`);
  }

  async #showDiff({ id, baseCommit, commit }: TaskRow): Promise<void> {
    if (baseCommit === null || commit === null) return;
    printDiff(tellingOf(this.#context.program, id).out, await diffLoader(this.#context)(baseCommit, commit));
  }

  /** back: it was not meant. */
  async #answer(detail: TaskDetail, question: Question, action: Action): Promise<Asked | "back"> {
    const row = detail.task;
    const said = await this.#wordsFor(action, question, detail);
    if (said === over) return "over";
    if (said === null) return "back";
    const { out } = this.#context.program;
    const wanted = { what: `task ${action.replaceAll("_", " ")}`, task: row.id };
    const refusal = await refusalOf(this.#context, this.#context.repository.id, wanted);
    if (refusal !== null) {
      out.line(`Refused: ${refusal}.`);
      this.#skipped.add(question.id);
      return "asked";
    }
    let tookEffect = false;
    try {
      await decide(
        this.#context,
        row,
        action,
        { task: row.id, question: question.id, ...(said === "" ? {} : { text: said }) },
        words,
      );
      tookEffect = true;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      out.line(error.message);
    } finally {
      await settleDoubts(this.#context, tookEffect);
    }
    return "asked";
  }

  /** What goes with an answer; null: back to the choice. */
  async #wordsFor(action: Action, question: Question, { checks }: TaskDetail): Promise<string | null | typeof over> {
    if (action === "request_changes") {
      const typed = await this.#numbered.line("What should change? One line; an empty one goes back: ");
      return typed === "" ? null : typed;
    }
    if (action === "reject" || action === "deny") return await this.#numbered.line("Why? One line, it may be empty: ");
    const doubt = doubtOf(action, question, checks);
    if (doubt === null) return "";
    const sure = await this.#numbered.confirm(doubt);
    return sure === over ? over : sure ? "" : null;
  }
}

const isAtWork = (state: TaskState): boolean => !isTerminal(state) && state !== "NEW" && state !== "AWAITING_HUMAN";

/** What is asked once more before it is done; null: nothing. */
function doubtOf(action: Action, question: Question, checks: TaskDetail["checks"]): string | null {
  if (action === "abort" || action === "restart")
    return `${answerSentence(action, question)} ${question.task}: ${action}?`;
  const red = latestChecks(checks).filter(({ result }) => result === "fail");
  if (action !== "approve" || red.length === 0) return null;
  return `These checks fail: ${red.map(({ name }) => name).join(", ")}. Approve all the same?`;
}

const wordOf = (action: Action, question: Question): string =>
  meaningOf(action, question) ?? action.replaceAll("_", " ");
