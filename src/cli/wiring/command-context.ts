import { openLedger, type OpenLedger } from "../../../state/open-ledger.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import { findRepository, type Repository } from "../../workspace/repository.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { Paths } from "./paths.ts";

/** What almost every command stands on. */
export interface CommandContext {
  readonly program: Program;
  readonly paths: Paths;
  readonly ledger: OpenLedger;
}

/** The same with the repository around the current folder. */
export interface RepositoryContext extends CommandContext {
  readonly repository: Repository;
}

/** The same where no more than its id is known of the repository. */
export interface KnownContext extends CommandContext {
  readonly repository: { readonly id: RepositoryId };
}

/** engine: tries longer where others are at work. */
type Mode = "engine" | "client";

/** Opens the ledger for as long as `work` takes. */
export async function withLedger<T>(
  program: Program,
  work: (context: CommandContext) => Promise<T>,
  mode: Mode = "client",
): Promise<T> {
  const paths = new Paths(program.env);
  const ledger = openLedger({
    path: paths.ledger,
    mode,
    clock: program.clock,
    random: Math.random,
    owed: program.owed.take,
    onFollowerError: (error) => program.err.line(`a follower failed: ${String(error)}`),
  });
  try {
    return await work({ program, paths, ledger });
  } finally {
    ledger.close();
  }
}

/** The repository around the current folder, and the ledger. CommandError outside of one, with the commands that make one. */
export async function withRepository<T>(
  program: Program,
  work: (context: RepositoryContext) => Promise<T>,
  mode: Mode = "client",
): Promise<T> {
  const repository = await openRepository(program);
  return await withLedger(program, (context) => work({ ...context, repository }), mode);
}

export async function openRepository(program: Program): Promise<Repository> {
  const found = await findRepository(program.cwd, {
    newId: program.newId,
    environment: program.env,
    clock: program.clock,
  });
  if (!found.ok) throw new CommandError(found.problem.message);
  return found.repository;
}

/** Null where there is no repository to work in. */
export async function repositoryHere(program: Program): Promise<Repository | null> {
  const found = await findRepository(program.cwd, {
    newId: program.newId,
    environment: program.env,
    clock: program.clock,
  });
  return found.ok ? found.repository : null;
}

/** The run a window looks at: the current or last one. */
export const lastRun = async (ledger: OpenLedger, repository: RepositoryId) =>
  (await ledger.runs.runs(repository, 1))[0] ?? null;
