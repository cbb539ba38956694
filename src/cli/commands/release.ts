import type { InputOf } from "../../actions/table.ts";
import { quoted } from "../../backlog/nearest.ts";
import type { Hold } from "../../domain/question.ts";
import { counted } from "../../view/text/amounts.ts";
import { terminalActor } from "../inputs/actor.ts";
import { readSettingsHere } from "../inputs/read-settings.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere, withLedger } from "../wiring/command-context.ts";

/** Ends the holds on a model with those of its account and provider, or on an account or provider by name. */
export const command = (program: Program, input: InputOf<"release">, displays: Displays): Promise<number> =>
  withLedger(program, async ({ ledger }) => {
    const repository = await repositoryHere(program);
    const { settings } = await readSettingsHere(program, {
      tasksFile: null,
      repositoryTop: repository?.top ?? program.cwd,
      flags: {},
    });
    const model = settings?.models.find(({ name }) => name === input.model);
    const concerns = (hold: Hold): boolean =>
      hold.target === input.model ||
      (model !== undefined &&
        ((hold.scope === "account" && hold.target === model.account) ||
          (hold.scope === "provider" && hold.target === model.provider)));
    const holds = (await ledger.account.holds(repository?.id)).filter(concerns);
    if (holds.length === 0) {
      const nowMs = program.clock.now();
      const all = settings === null ? [] : await ledger.account.holds(undefined, { settings, nowMs });
      const own = all.find((hold) => hold.by === "settings" && concerns(hold));
      throw new CommandError(own === undefined ? `nothing holds ${quoted(input.model)}` : bySettings(own));
    }
    const actor = terminalActor("release");
    await ledger.log.append({
      repository: null,
      run: null,
      events: holds.map(({ id }) => ({ type: "hold.released", data: { id, by: actor, reason: "released by hand" } })),
    });
    return printDone(program, displays, `${counted(holds.length, "hold")} on ${input.model} released`);
  });

const bySettings = ({ target, reason }: Hold): string =>
  `the account ${target} is held by your settings: ${reason}; change them there, a run reads them as it starts`;
