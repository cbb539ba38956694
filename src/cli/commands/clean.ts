import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { counted } from "../../view/text/amounts.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { dropOldRuns, finishedTrees, removeTrees, unmergedTrees, type TaskTree } from "../running/retention.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/** Removes worktrees of merged tasks and old runs; with --all and a yes also the worktrees of tasks that were not merged. */
export const command = (program: Program, input: InputOf<"clean">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const rows = await ledger.tasks.list(repository.id);
    if (rows.length === 0) return printDone(program, displays, "nothing ran here yet, so there is nothing to clean");
    const settings = await requireSettings(context, null);
    const unmerged = unmergedTrees(rows);
    const also = input.all && (await isAllowed(context, unmerged, input.force, displays)) ? unmerged : [];
    const removed = await removeTrees(context, settings, [...finishedTrees(rows), ...also]);
    const runs = await dropOldRuns(context, settings.retention.runs);
    if (!displays.json) for (const { path } of removed) program.out.line(`removed ${path}`);
    const done = `${counted(removed.length, "worktree")} and ${counted(runs.length, "old run")} removed; branches and snapshots stay`;
    const left = `${counted(unmerged.length, "worktree")} of unmerged work stay; ${brand.bin} clean --all removes them too`;
    return printDone(program, displays, done, unmerged.length > also.length ? [left] : []);
  });

/** Says what `clean` would remove, and removes nothing. */
export const dryRun = (program: Program, { all }: InputOf<"would_clean">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const rows = await ledger.tasks.list(repository.id);
    if (rows.length === 0) return printDone(program, displays, "nothing ran here yet, so there is nothing to clean");
    const { retention } = await requireSettings(context, null);
    const unmerged = unmergedTrees(rows);
    const trees = [...finishedTrees(rows), ...(all ? unmerged : [])];
    const runs = await ledger.oldRuns({ repository: repository.id, keep: retention.runs });
    const would = [...trees.map(({ path }) => path), ...runs.map((run) => `run ${run}`)];
    if (!displays.json) for (const what of would) program.out.line(`would remove ${what}`);
    const done = `would remove ${counted(trees.length, "worktree")} and ${counted(runs.length, "old run")}; nothing was removed`;
    const left = `${counted(unmerged.length, "worktree")} of unmerged work would stay; with --all they go too, after a yes`;
    return printDone(program, displays, done, all || unmerged.length === 0 ? [] : [left]);
  });

/** CommandError where a yes is needed and nobody can be asked. */
async function isAllowed(
  { program }: RepositoryContext,
  trees: readonly TaskTree[],
  force: boolean,
  { json }: Displays,
): Promise<boolean> {
  if (force || trees.length === 0) return true;
  if (!json) for (const { task, path } of trees) program.out.line(`unmerged: ${task} in ${path}`);
  if (json || !program.mayAsk)
    throw new CommandError("these hold work that was not merged; --force removes them without asking", 2);
  const answer = await program.ask(
    `remove ${counted(trees.length, "worktree")} of unmerged work? Branches and snapshots stay. [y/N] `,
  );
  return answer?.trim().toLowerCase() === "y";
}
