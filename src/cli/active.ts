import { listJson } from "../view/json.ts";
import type { Arguments } from "./arguments.ts";
import { withRepository } from "./ground.ts";
import type { Program } from "./program.ts";
import { readFacts } from "./repository-facts.ts";
import { printTasks } from "./task-table.ts";

/** The tasks a model works on now. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const facts = await readFacts(ledger, repository.id);
    const rows = facts.rows.filter(({ id }) => facts.world.active.has(id));
    if (args.has("json")) program.out.json(listJson(facts.run, rows, facts.world, facts.questions));
    else if (rows.length === 0) program.out.line("nothing is running");
    else printTasks(program, facts, rows);
    return 0;
  });
