import { existsSync } from "node:fs";

import type { RepositoryId } from "../../domain/ids.ts";
import type { Program } from "../program/program.ts";
import {
  openRepository,
  repositoryHere,
  withLedger,
  type CommandContext,
  type RepositoryContext,
} from "../wiring/command-context.ts";
import { Paths } from "../wiring/paths.ts";

/** The repository around; outside of one all that the ledger knows. CommandError where there is neither. */
export async function hereOrEverywhere(
  program: Program,
  here: (context: RepositoryContext) => Promise<number>,
  everywhere: (context: CommandContext, repositories: readonly RepositoryId[]) => Promise<number>,
): Promise<number> {
  const repository = await repositoryHere(program);
  if (repository !== null) return await withLedger(program, (context) => here({ ...context, repository }));
  if (existsSync(new Paths(program.env).ledger)) {
    const end = await withLedger(program, async (context) => {
      const known = await (await import("../wiring/report-facts.ts")).knownRepositories(context);
      return known.length === 0 ? null : await everywhere(context, known);
    });
    if (end !== null) return end;
  }
  // Says which commands make one.
  await openRepository(program);
  return 2;
}
