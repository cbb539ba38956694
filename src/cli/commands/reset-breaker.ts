import type { InputOf } from "../../actions/table.ts";
import { terminalActor } from "../inputs/actor.ts";
import { requireModel } from "../inputs/known-model.ts";
import { modelSettings } from "../inputs/read-settings.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere, withLedger } from "../wiring/command-context.ts";

/** Closes the breaker of a model by hand. */
export const command = (program: Program, { model }: InputOf<"reset_breaker">, displays: Displays): Promise<number> =>
  withLedger(program, async ({ ledger }) => {
    const { models } = await modelSettings(program, await repositoryHere(program));
    requireModel(model, models);
    const actor = terminalActor("models --reset");
    await ledger.breakers.reset(model, actor);
    return printDone(program, displays, `the breaker of ${model} is closed`);
  });
