import type { RepositoryId } from "../../domain/ids.ts";
import type { Cursor } from "../../engine/ports/cursors.ts";
import { lookedName } from "../../notify/notifier.ts";
import { isFromAgent } from "../inputs/actor.ts";
import type { CommandContext } from "./command-context.ts";

/** Where a person has looked up to; null: nobody did yet. */
export const lookedAt = ({ ledger }: CommandContext, repository: RepositoryId): Promise<Cursor | null> =>
  ledger.cursors.get(lookedName(repository));

/** Whether a person looks here: at a terminal, and not something that an agent started. Costs a look at the processes around. */
export const isPerson = async (context: CommandContext): Promise<boolean> =>
  context.program.out.isTerminal && !(await isFromAgent(context));

/** A person, if it is one, has seen all up to here. */
export async function haveLooked(
  context: CommandContext,
  repositories: readonly RepositoryId[],
  pos: number,
): Promise<void> {
  if (!(await isPerson(context))) return;
  for (const repository of repositories) await setLooked(context, repository, pos);
}

export async function setLooked(context: CommandContext, repository: RepositoryId, pos: number): Promise<void> {
  const known = await lookedAt(context, repository);
  const { ledger, program } = context;
  if (known === null || known.pos < pos)
    await ledger.cursors.set(lookedName(repository), { pos, at: program.clock.now() });
}
