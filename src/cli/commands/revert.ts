import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireKnownBranch } from "../inputs/known-branch.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { requireTrustHere } from "../inputs/trust.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

/** Undoes a task's merge by a commit on the integration branch. */
export const command = (program: Program, input: InputOf<"revert">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    await requireTrustHere(program, repository, input.trust);
    const task = await findTask(ledger, repository.id, input.task);
    const { mergeCommit: of } = task;
    if (of === null) throw new CommandError(`${task.id} is not merged`);
    const actor = terminalActor("revert");
    const settings = await requireSettings(context, task);
    const into = settings.git.mergeInto;
    const workspace = await commandWorkspace(context, settings);
    await requireKnownBranch(context, workspace, into);
    const undone = await workspace.integration.revert(into, of, {
      task: task.id,
      run: task.run,
      subject: `${task.id}: revert ${task.spec.goal}`,
      body: `Undoes ${of}, as ${actor.name} asked.`,
      key: `revert/${of}`,
      steps: [],
      models: [],
    });
    if (undone.kind === "conflict")
      throw new CommandError(
        `${task.id} cannot be undone by itself: ${undone.with} changed the same lines of ${undone.files.slice(0, 5).join(", ")}`,
        1,
      );
    if (undone.kind !== "merged")
      throw new CommandError(undone.kind === "blocked" ? undone.why : `${task.id} was not undone`, 1);
    await ledger.log.append({
      repository: repository.id,
      run: task.run,
      events: [{ type: "merge.reverted", task: task.id, data: { commit: undone.commit, of } }],
    });
    const dependants = (await ledger.tasks.list(repository.id)).filter(({ spec }) => spec.needs.includes(task.id));
    const names = dependants.map(({ id }) => id).join(", ");
    return printDone(program, displays, `${task.id} is undone on ${into} by ${undone.commit.slice(0, 12)}`, [
      ...(names === ""
        ? []
        : [`it is needed by ${names}, which waits for it from now on, or may no longer work without it`]),
      `do it again: ${brand.bin} run --again ${task.id}`,
    ]);
  });
