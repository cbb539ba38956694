import type { InputOf } from "../../actions/table.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import type { SettingsFlags } from "../../backlog/settings-overrides.ts";
import type { TaskId } from "../../domain/ids.ts";
import { CommandError } from "../program/command-error.ts";
import type { EngineRequest } from "../running/host-engine.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import type { Inputs } from "./read-inputs.ts";
import { requireTrust } from "./trust.ts";

/** What every way to start a run may say of it. */
export type RunOptions = InputOf<"resume">;

/** Settings that the command line gives. */
export const settingsFlags = ({ parallel }: Pick<RunOptions, "parallel">): SettingsFlags =>
  parallel === undefined ? {} : { parallel };

/** What an engine is asked for, once the repository is trusted with it. NotTrusted. */
export async function requestOf(
  { program, repository }: RepositoryContext,
  { yesTo, noWait, trust }: RunOptions,
  inputs: Inputs,
  more: { readonly only: readonly TaskId[] | null; readonly linger: boolean },
): Promise<EngineRequest> {
  const trusted = await requireTrust(
    program,
    { ...inputs, repository },
    { scope: "tasks", given: trust, mayAsk: true },
  );
  return { trusted, inputs, yesTo, noWait, ...more };
}

/** The flags of a run as an engine of its own is given them. */
export const engineFlags = ({
  task = [],
  parallel,
  yesTo,
  noWait,
}: RunOptions & { readonly task?: readonly string[] }): readonly string[] => [
  ...task.map((id) => `--task=${id}`),
  ...(parallel === undefined ? [] : [`--parallel=${parallel}`]),
  ...yesTo.map((kind) => `--yes-to=${kind}`),
  ...(noWait ? ["--no-wait"] : []),
];

/** The tasks named by --task as they are written; null: all. CommandError for one that neither backlog nor ledger knows. */
export async function namedTasks(
  { ledger, repository }: RepositoryContext,
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
    throw new CommandError(`unknown task ${quoted(name)}${hint === null ? "" : `; ${hint}`}`);
  });
}
