import type { InputOf } from "../../actions/table.ts";
import { listJson } from "../../view/json/json.ts";
import { entryOf, waitNow, type TaskEntry } from "../../view/tasks/task-entry.ts";
import { conditionResults, printConditions } from "../output/print-conditions.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printTasks } from "../output/task-table.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** Begun, and kept from going on by something that is no person. */
const isKept = (entry: TaskEntry, now: number): boolean =>
  entry.row.generation > 0 && (entry.derived === "held" || waitNow(entry, now) !== null);

/** The tasks a model works on now; as text also those that have begun and wait. */
export const command = (program: Program, _input: InputOf<"active">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const facts = await readFacts(ledger, repository.id, program.clock.now());
    const rows = facts.rows.filter(({ id }) => facts.world.active.has(id));
    if (displays.json) {
      program.out.json(listJson(facts.run, rows, facts.world, facts.questions, null, conditionResults(program, facts)));
      return 0;
    }
    if (rows.length > 0) printTasks(program, facts, rows);
    else program.out.line(facts.now.working ? "no model works now; checks or git do" : "nothing is running");
    printConditions(program, facts);
    await printDeadEngine(context, facts.run);
    const waiting = facts.rows.filter((row) => isKept(entryOf(row, facts.world), program.clock.now()));
    if (waiting.length === 0) return 0;
    program.out.line();
    program.out.line("begun, and waiting:");
    printTasks(program, facts, waiting);
    return 0;
  });
