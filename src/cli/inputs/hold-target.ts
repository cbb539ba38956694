import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import type { Hold } from "../../domain/question.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { repositoryHere } from "../wiring/command-context.ts";
import { noModel, readSettingsHere } from "./read-settings.ts";

/** What a name stands for in the settings: a model first, then an account, then a provider. */
export async function holdTarget(
  program: Program,
  name: string,
): Promise<{ readonly scope: Hold["scope"]; readonly target: string }> {
  const repository = await repositoryHere(program);
  const { settings } = await readSettingsHere(program, {
    tasksFile: null,
    repositoryTop: repository?.top ?? program.cwd,
    flags: {},
  });
  const models = settings?.models ?? [];
  for (const [scope, of] of [
    ["model", "name"],
    ["account", "account"],
    ["provider", "provider"],
  ] as const) {
    if (models.some((model) => model[of] === name)) return { scope, target: name };
  }
  if (models.length === 0) throw noModel();
  const names = new Set(models.flatMap((model) => [model.name, model.account, model.provider]));
  throw new CommandError(
    `unknown model ${quoted(name)}; ${didYouMean(suggester()(name, names)) ?? `known: ${[...names].join(", ")}`}`,
  );
}
