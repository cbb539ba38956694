import type { ListResult } from "../../actions/results/task.ts";
import type { InputOf } from "../../actions/table.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { taskStates, type TaskState } from "../../domain/task.ts";
import { jsonVersion, listJson } from "../../view/json/json.ts";
import { conditionResults } from "../output/print-conditions.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printEdited } from "../output/print-edited.ts";
import { printDoubts } from "../output/print-doubts.ts";
import { printTasks } from "../output/task-table.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withLedger, withRepository, type CommandContext } from "../wiring/command-context.ts";
import { forecastNow, readFacts, type RepositoryFacts } from "../wiring/repository-facts.ts";

/** The tasks of this repository, or of all. */
export function command(program: Program, input: InputOf<"list">, displays: Displays): Promise<number> {
  const wanted = filterOf(input);
  if (input.all) return withLedger(program, (context) => listAll(context, displays, wanted));
  return withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const facts = await readFacts(ledger, repository.id, program.clock.now());
    const rows = facts.rows.filter(wanted);
    await printEdited(context);
    if (displays.json) {
      const forecast = await forecastNow(context, repository.id, facts.run);
      program.out.json(
        listJson(facts.run, rows, facts.world, facts.questions, forecast, conditionResults(program, facts)),
      );
    } else {
      printTasks(program, facts, rows);
      await printDeadEngine(context, facts.run);
      await printDoubts(context);
    }
    return 0;
  });
}

async function listAll(
  context: CommandContext,
  displays: Displays,
  wanted: (row: TaskRow) => boolean,
): Promise<number> {
  await printEdited(context);
  const { program, ledger } = context;
  const repositories = [...new Set((await ledger.tasks.list(null)).map(({ repository }) => repository))];
  const all = await Promise.all(repositories.map((repository) => readFacts(ledger, repository, program.clock.now())));
  if (displays.json) program.out.json(allJson(all, wanted));
  else {
    for (const facts of all) {
      const rows = facts.rows.filter(wanted);
      if (rows.length === 0) continue;
      program.out.line(facts.run?.repositoryPath ?? rows[0]?.repository ?? "");
      printTasks(program, facts, rows);
      program.out.line();
    }
  }
  return 0;
}

const allJson = (all: readonly RepositoryFacts[], wanted: (row: TaskRow) => boolean): ListResult => ({
  v: jsonVersion,
  run: null,
  tasks: all.flatMap(({ run, rows, world, questions }) => listJson(run, rows.filter(wanted), world, questions).tasks),
});

function filterOf(input: InputOf<"list">): (row: TaskRow) => boolean {
  const states = input.state.map(stateOf);
  const area = input.area ?? null;
  return (row) => (states.length === 0 || states.includes(row.state)) && (area === null || row.spec.area === area);
}

/** In any case, with blanks or dashes for the low line. */
function stateOf(word: string): TaskState {
  const name = word
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, "_");
  const state = taskStates.find((one) => one === name);
  if (state !== undefined) return state;
  throw new CommandError(
    `unknown state ${quoted(word)}; ${didYouMean(suggester()(name, taskStates)) ?? `states: ${taskStates.join(", ")}`}`,
  );
}
