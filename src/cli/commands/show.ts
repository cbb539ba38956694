import type { InputOf } from "../../actions/table.ts";
import { taskDetailJson } from "../../view/json/json.ts";
import { outcomeEntryJson } from "../../view/json/outcome-json.ts";
import { findTask } from "../inputs/find-task.ts";
import { printTask } from "../output/task-text.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** One task, and all that is known of it. */
export const command = (program: Program, { task }: InputOf<"show">, displays: Displays): Promise<number> =>
  withRepository(program, async ({ ledger, repository }) => {
    const row = await findTask(ledger, repository.id, task);
    const detail = await ledger.tasks.detail(repository.id, row.id);
    if (detail === null) throw new CommandError(`${row.id} is gone`);
    const { world } = await readFacts(ledger, repository.id, program.clock.now());
    if (displays.json) {
      const outcomes = await ledger.outcomes.list(repository.id, { task: row.id });
      program.out.json({ ...taskDetailJson(detail, world), outcomes: outcomes.map(outcomeEntryJson) });
    } else printTask(program, detail, world);
    return 0;
  });
