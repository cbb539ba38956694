import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal } from "../../domain/task.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { whyNot, type StageRequest } from "../../policy/roadmap-request.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { printEffect } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository } from "../wiring/command-context.ts";
import { giveCommand } from "./give-command.ts";

/** Asks the task to change its stages as a person wants; CommandError where that cannot be. */
export const changeStages = (
  program: Program,
  displays: Displays,
  typed: { readonly task: string; readonly request: StageRequest },
): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const row = await findTask(ledger, repository.id, typed.task);
    if (isTerminal(row.state)) throw new CommandError(`${row.id} is ${row.state} already`);
    const detail = await ledger.tasks.detail(repository.id, row.id);
    const roadmap = detail?.roadmap;
    if (roadmap === undefined) throw new CommandError(`${row.id} ${whyNoStages(row, detail)}`);
    const request = { ...typed.request, stage: typed.request.stage.toUpperCase() };
    const { stage } = request;
    if (request.op === "reopen" && request.because.trim() === "")
      throw new CommandError(`say what ${stage} is opened again for: --because "…"`);
    const refused = whyNot(roadmap, request);
    if (refused !== null) throw new CommandError(refused);
    const actor = terminalActor(`task --${request.op}`);
    const asked =
      request.op === "skip"
        ? ({ kind: "skip_stage", task: row.id, stage } as const)
        : ({ kind: "reopen_stage", task: row.id, stage, because: request.because } as const);
    await giveCommand(context, asked, actor);
    const done = request.op === "skip" ? `skips ${stage}` : `opens ${stage} again`;
    return await printEffect(context, displays, `${row.id} ${done} when the stage it works on ends`);
  });

function whyNoStages({ spec: { mode } }: TaskRow, detail: TaskDetail | null): string {
  if (detail?.parts !== undefined)
    return `has no stages: it is done in parts (${detail.parts.map(({ id }) => id).join(", ")})`;
  const by = mode === "context-aware" ? (detail?.chosenMode?.mode ?? "adaptive") : mode;
  return by === "adaptive"
    ? "has no stages yet"
    : `has no stages: only the mode adaptive makes them, and it is done in ${by}`;
}
