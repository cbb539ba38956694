import { isTerminal } from "../../domain/task.ts";
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
    const roadmap = (await ledger.tasks.detail(repository.id, row.id))?.roadmap;
    if (roadmap === undefined)
      throw new CommandError(
        row.spec.mode === "adaptive" || row.spec.mode === "context-aware"
          ? `${row.id} has no stages yet`
          : `${row.id} has no stages: only the mode adaptive makes them, and its mode is ${row.spec.mode}`,
      );
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
