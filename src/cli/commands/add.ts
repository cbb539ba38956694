import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireModel } from "../inputs/known-model.ts";
import { modelSettings } from "../inputs/read-settings.ts";
import { knownTasks } from "../inputs/read-inputs.ts";
import { readPriority } from "../inputs/read-priority.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { addGoal } from "../running/change-task.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/** One more task beside the backlog. Where a run goes on it takes it up, else the next one does. */
export const command = (program: Program, input: InputOf<"add">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { repository } = context;
    const { goal, model, priority, details } = input;
    if (goal.trim() === "") throw new CommandError("a goal in words is needed");
    if (model !== undefined) requireModel(model, (await modelSettings(program, repository)).models);
    const known = new Set<TaskId>();
    for (const need of input.needs) known.add(await needOf(context, need));
    const needs = [...known];
    const said = {
      ...input,
      details: details ?? null,
      area: input.area ?? null,
      needs,
      priority: priority === undefined ? 0 : readPriority(priority),
    };
    const { done, next, now } = await addGoal(context, said, goal);
    return printDone(program, displays, done, [next, ...(await waitingFor(context, needs))], now ? "now" : "next_run");
  });

/** What has failed comes to no end by itself. */
async function waitingFor({ ledger, repository }: RepositoryContext, needs: readonly TaskId[]): Promise<string[]> {
  const rows = await Promise.all(needs.map((need) => ledger.tasks.get(repository.id, need)));
  return rows.flatMap((row) =>
    row?.state === "FAILED" ? [`it waits for ${row.id}, which failed: ${brand.bin} task ${row.id} --retry`] : [],
  );
}

/** A task that the ledger has, or that stands in the backlog and has not been run yet. */
async function needOf({ program, ledger, repository }: RepositoryContext, need: string): Promise<TaskId> {
  const written = knownTasks(program, repository.top);
  const id = written.find((one) => one.toLowerCase() === need.toLowerCase());
  return id ?? (await findTask(ledger, repository.id, need)).id;
}
