import type { RunRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import { integrationOf, mostEarlier, type RunBranches } from "../../policy/integration-branch.ts";
import type { RepositoryContext } from "./command-context.ts";

type Here = Pick<RepositoryContext, "ledger" | "repository">;

/** The branch that a run of now would work from, were none unfinished; null: none is checked out. */
export const baseHere = ({ repository }: Pick<Here, "repository">, settings: Settings): string | null =>
  settings.git.base ?? repository.branch;

/** Where a run that starts now works from and merges to: one that is unfinished goes on where it is. */
export async function branchesOfNextRun({ ledger, repository }: Here, settings: Settings): Promise<RunBranches> {
  const earlier = await ledger.runs.runs(repository.id, mostEarlier);
  const [last] = earlier;
  const goesOn = last !== undefined && last.state !== "ended";
  const base = goesOn ? last.base : (baseHere({ repository }, settings) ?? "HEAD");
  return { base, integration: integrationOf(settings.git, base, earlier) };
}

/** The newest run from a branch; null: none was. */
export const lastRunFrom = async ({ ledger, repository }: Here, base: string): Promise<RunRow | null> =>
  (await ledger.runs.runs(repository.id, mostEarlier)).find((run) => run.base === base) ?? null;
