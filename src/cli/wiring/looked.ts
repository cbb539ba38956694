import type { RepositoryId } from "../../domain/ids.ts";
import type { Cursor } from "../../engine/ports/cursors.ts";
import { lookedName } from "../../notify/notifier.ts";
import { judgeCaller } from "../../policy/person.ts";
import { callerFacts } from "../inputs/caller-facts.ts";
import type { CommandContext } from "./command-context.ts";

/** Where a person has looked up to; null: nobody did yet. */
export const lookedAt = ({ ledger }: CommandContext, repository: RepositoryId): Promise<Cursor | null> =>
  ledger.cursors.get(lookedName(repository));

/** A person has seen all up to here. Nothing moves for who has no terminal, and for what an agent started. */
export async function haveLooked(
  context: CommandContext,
  repositories: readonly RepositoryId[],
  pos: number,
): Promise<void> {
  const { program, ledger } = context;
  if (!program.out.isTerminal || repositories.length === 0) return;
  if (judgeCaller(await callerFacts(context)).kind === "agent") return;
  for (const repository of repositories) {
    const known = await lookedAt(context, repository);
    if (known !== null && known.pos >= pos) continue;
    await ledger.cursors.set(lookedName(repository), { pos, at: program.clock.now() });
  }
}
