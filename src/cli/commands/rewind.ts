import type { InputOf } from "../../actions/table.ts";
import { quoted } from "../../backlog/nearest.ts";
import { brand } from "../../domain/brand.ts";
import { stagePoints } from "../../domain/roadmap.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { printEffect } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { giveCommand } from "../running/give-command.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Starts a task over from its plan, a stage, a step or a snapshot; what was done before that point stays. */
export const command = (program: Program, input: InputOf<"rewind">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const task = await findTask(ledger, repository.id, input.task);
    const detail = await ledger.tasks.detail(repository.id, task.id);
    const to = input.to ?? null;
    if (to === null || detail === null)
      throw new CommandError(
        `say where to: ${
          pointsOf(detail)
            .map((point) => `--to ${point}`)
            .join(", ") || "nothing was done yet"
        }`,
      );
    const point = pointsOf(detail).find((one) => one.toLowerCase() === to.toLowerCase());
    if (point === undefined)
      throw new CommandError(`${task.id} has no point ${quoted(to)}; it has ${pointsOf(detail).join(", ") || "none"}`);
    if (task.state === "DONE")
      throw new CommandError(
        `${task.id} is done; ${brand.bin} run --again ${task.id} does it over, ${brand.bin} revert ${task.id} undoes it`,
      );
    const actor = terminalActor("rewind");
    await giveCommand(context, { kind: "rewind", task: task.id, to: point }, actor);
    return await printEffect(context, displays, `${task.id} starts over from ${point}`);
  });

function pointsOf(detail: TaskDetail | null): readonly string[] {
  if (detail === null) return [];
  return [
    ...(detail.plan === null ? [] : ["plan"]),
    ...(detail.parts === undefined ? [] : ["split", "parts"]),
    ...(detail.roadmap === undefined ? [] : stagePoints(detail.roadmap).map(({ point }) => point)),
    ...detail.steps.map(({ id }) => id),
    ...detail.snapshots.map(({ n }) => `snapshot/${n}`),
  ];
}
