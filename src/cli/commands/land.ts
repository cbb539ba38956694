import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { counted } from "../../view/text/amounts.ts";
import { requireKnownBranch } from "../inputs/known-branch.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { requireTrustHere } from "../inputs/trust.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { lastRun, withRepository } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

/** Brings what is merged to the base branch, or to another. */
export const command = (program: Program, input: InputOf<"land">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    await requireTrustHere(program, repository, input.trust);
    const run = await lastRun(ledger, repository.id);
    if (run === null) throw new CommandError(`nothing ran here yet; ${brand.bin} run starts it`);
    const into = input.into ?? run.base;
    const workspace = await commandWorkspace(context, await requireSettings(context, null));
    await requireKnownBranch(context, workspace, run.integration);
    const before = await workspace.history.tip(into);
    const landed = await workspace.integration.land(run.integration, into);
    if (landed.kind === "blocked") throw new CommandError(landed.why, 1);
    if (landed.commit === before) return printDone(program, displays, `${into} has all of ${run.integration} already`);
    const { merged: tasks, undone } = await mergedSince(ledger, repository.id, into);
    await ledger.log.append({
      repository: repository.id,
      run: run.id,
      events: [{ type: "land.done", data: { into, commit: landed.commit, tasks } }],
    });
    return printDone(program, displays, `${landedWords(tasks, undone)} on ${into} as ${landed.commit.slice(0, 12)}`);
  });

/** `3 tasks landed`, `2 tasks landed and 1 undone (A-1)`. */
function landedWords(merged: readonly TaskId[], undone: readonly TaskId[]): string {
  const gone = undone.length === 0 ? null : `${counted(undone.length, "task")} undone (${undone.join(", ")})`;
  if (gone !== null && merged.length === 0) return gone;
  return `${counted(merged.length, "task")} landed${gone === null ? "" : ` and ${gone}`}`;
}

/** Tasks whose merge has not been brought to that branch yet, and those that are there whose undoing has not. */
async function mergedSince(
  ledger: Ledger,
  repository: RepositoryId,
  into: string,
): Promise<{ readonly merged: readonly TaskId[]; readonly undone: readonly TaskId[] }> {
  const [there, merged, undone] = [new Set<TaskId>(), new Set<TaskId>(), new Set<TaskId>()];
  for (const event of await ledger.log.since(0, { repository, types: ["land.done", "merge.done", "merge.reverted"] })) {
    if (event.type === "land.done") {
      if (event.data.into !== into) continue;
      for (const task of merged) there.add(task);
      for (const task of undone) there.delete(task);
      merged.clear();
      undone.clear();
    } else if (event.task !== undefined) {
      const isMerge = event.type === "merge.done";
      if (isMerge) merged.add(event.task);
      else merged.delete(event.task);
      if (!isMerge && there.has(event.task)) undone.add(event.task);
      else undone.delete(event.task);
    }
  }
  return { merged: [...merged], undone: [...undone] };
}
