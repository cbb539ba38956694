import type { InputOf } from "../../actions/table.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { terminalActor, requirePerson } from "../inputs/actor.ts";
import { modelSettings } from "../inputs/read-settings.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere, withLedger } from "../wiring/command-context.ts";

/** Closes the breaker of a model by hand. */
export const command = (program: Program, { model }: InputOf<"reset_breaker">, displays: Displays): Promise<number> =>
  withLedger(program, async ({ ledger }) => {
    const { models } = await modelSettings(program, await repositoryHere(program));
    const names = models.map(({ name }) => name);
    if (!names.includes(model))
      throw new CommandError(
        `unknown model ${quoted(model)}; ${didYouMean(suggester()(model, names)) ?? `known models: ${names.join(", ")}`}`,
      );
    const actor = terminalActor("models --reset");
    await requirePerson(program, ledger, { repository: null, what: `reset of the breaker of ${model}`, actor });
    await ledger.breakers.reset(model, actor);
    return printDone(program, displays, `the breaker of ${model} is closed`);
  });
