import { quoted } from "../../backlog/nearest.ts";
import type { Hold } from "../../domain/question.ts";
import { counted } from "../../view/text/amounts.ts";
import { personBehind, requirePerson } from "../inputs/actor.ts";
import { readSettingsHere } from "../inputs/read-settings.ts";
import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { Refused } from "../program/refused.ts";
import { repositoryHere, withLedger } from "../wiring/ground.ts";

/** Ends the holds on a model with those of its account and provider, or on an account or provider by name. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withLedger(program, async ({ ledger }) => {
    const repository = await repositoryHere(program);
    const { settings } = await readSettingsHere(program, {
      tasksFile: null,
      repositoryTop: repository?.top ?? program.cwd,
      flags: {},
    });
    const model = settings?.models.find(({ name }) => name === args.first);
    const concerns = (hold: Hold): boolean =>
      hold.target === args.first ||
      (model !== undefined &&
        ((hold.scope === "account" && hold.target === model.account) ||
          (hold.scope === "provider" && hold.target === model.provider)));
    const holds = (await ledger.account.holds(repository?.id)).filter(concerns);
    if (holds.length === 0) throw new Refused(`nothing holds ${quoted(args.first)}`);
    const actor = personBehind("release");
    await requirePerson(program, ledger, {
      repository: repository?.id ?? null,
      what: `release of ${args.first}`,
      actor,
    });
    await ledger.log.append({
      repository: null,
      run: null,
      events: holds.map(({ id }) => ({ type: "hold.released", data: { id, by: actor, reason: "released by hand" } })),
    });
    program.out.line(`${counted(holds.length, "hold")} on ${args.first} released`);
    return 0;
  });
