import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import type { SettingsFlags } from "../../backlog/settings-overrides.ts";
import type { TaskId } from "../../domain/ids.ts";
import { wholeNumber, type Arguments } from "../program/arguments.ts";
import { Refused } from "../program/refused.ts";
import type { EngineRequest } from "../running/host-engine.ts";
import type { RepositoryGround } from "../wiring/ground.ts";
import type { Inputs } from "./read-inputs.ts";

/** Settings that the command line gives. */
export function settingsFlags(args: Arguments): SettingsFlags {
  const parallel = wholeNumber(args, "parallel");
  return parallel === null ? {} : { parallel };
}

export function requestOf(
  args: Arguments,
  inputs: Inputs,
  only: readonly TaskId[] | null,
  linger: boolean,
): EngineRequest {
  const yesTo = (["plan", "merge"] as const).filter((kind) => args.values("yes-to").includes(kind));
  return { inputs, only, yesTo, linger, noWait: args.has("no-wait") };
}

/** The flags of a run as an engine of its own is given them. */
export const engineFlags = (args: Arguments): readonly string[] => [
  ...(["task", "parallel", "yes-to"] as const).flatMap((flag) =>
    args.values(flag).map((value) => `--${flag}=${value}`),
  ),
  ...(args.has("no-wait") ? ["--no-wait"] : []),
];

/** The tasks named by --task as they are written; null: all. Refused for one that neither backlog nor ledger knows. */
export async function namedTasks(
  { ledger, repository }: RepositoryGround,
  names: readonly string[],
  inputs: Inputs,
): Promise<readonly TaskId[] | null> {
  if (names.length === 0) return null;
  const known = new Set(inputs.backlog.tasks.map(({ spec }) => spec.id));
  for (const row of await ledger.tasks.list(repository.id)) known.add(row.id);
  return names.map((name) => {
    const id = [...known].find((one) => one.toLowerCase() === name.toLowerCase());
    if (id !== undefined) return id;
    const hint = didYouMean(suggester()(name, known));
    throw new Refused(`unknown task ${quoted(name)}${hint === null ? "" : `; ${hint}`}`);
  });
}
