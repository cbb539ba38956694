import type { InputOf } from "../../actions/table.ts";
import { reviewJson } from "../../view/json/json.ts";
import { findTask } from "../inputs/find-task.ts";
import { printEndlessHolds } from "../output/endless-holds.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printDoubts } from "../output/print-doubts.ts";
import { printQuestion } from "../output/question-text.ts";
import { printTask } from "../output/task-text.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { attach } from "../running/attach.ts";
import { withRepository } from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** What waits for a person: the review screen, or a list with the commands that answer. */
export const command = (program: Program, input: InputOf<"review">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const only = input.task === undefined ? null : (await findTask(ledger, repository.id, input.task)).id;
    if (program.interactive && !displays.json)
      return await attach(context, { plain: false, json: false, view: "review", task: only });
    const facts = await readFacts(ledger, repository.id, program.clock.now());
    const { rows, world, run } = facts;
    const questions = facts.questions.filter(({ task }) => only === null || task === only);
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
