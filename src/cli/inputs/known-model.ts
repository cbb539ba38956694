import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { CommandError } from "../program/command-error.ts";

/** A CommandError with the nearest name for a model that the settings do not have; undefined: none was named. */
export function requireModel(name: string | undefined, models: readonly { readonly name: string }[]): void {
  const names = models.map((model) => model.name);
  if (name === undefined || names.includes(name)) return;
  const hint = didYouMean(suggester()(name, names)) ?? `known models: ${names.join(", ")}`;
  throw new CommandError(`unknown model ${quoted(name)}; ${hint}`);
}
