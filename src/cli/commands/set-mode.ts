import type { InputOf } from "../../actions/table.ts";
import { quoted } from "../../backlog/nearest.ts";
import { modes } from "../../domain/task.ts";
import { keptByMode } from "../../engine/run/mode-change.ts";
import { keptText } from "../../policy/kept-keys.ts";
import { terminalActor } from "../inputs/actor.ts";
import { printEffect } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { taskToChange } from "../running/change-task.ts";
import { giveCommand } from "../running/give-command.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Does a task another way from now on: what is done of it stays, and what is under way is interrupted as by a retry. */
export const command = (program: Program, input: InputOf<"set_mode">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    const mode = modes.find((one) => one === input.mode.toLowerCase());
    if (mode === undefined)
      throw new CommandError(`there is no mode ${quoted(input.mode)}; there are ${modes.join(", ")}`);
    const row = await taskToChange(context, input.task);
    // One that was said before and is not taken up yet is what it is done in by then.
    const said = (await ledger.decisions.pending(repository.id)).flatMap(({ command: asked }) =>
      asked.kind === "mode" && asked.task === row.id ? [asked.mode] : [],
    );
    const by = { ...row, spec: { ...row.spec, mode: said.at(-1) ?? row.spec.mode } };
    const kept = await keptByMode(ledger, repository.id, by, mode);
    if (kept.kind === "refused") throw new CommandError(kept.why);
    await giveCommand(context, { kind: "mode", task: row.id, mode }, terminalActor("task --mode"));
    const what = row.generation === 0 ? "it has not begun" : keptText(kept);
    return await printEffect(context, displays, `${row.id} is done in ${mode}: ${what}`);
  });
