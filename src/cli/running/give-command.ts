import type { Actor, Command } from "../../domain/question.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";

/** Gives the engine a command; it takes it now, or when it is started. */
export async function giveCommand(context: RepositoryContext, command: Command, actor: Actor): Promise<void> {
  const { ledger, program, repository } = context;
  const run = await lastRun(ledger, repository.id);
  await ledger.decisions.give(repository.id, run?.id ?? null, {
    id: program.newId(),
    command,
    actor,
    givenAt: program.clock.now(),
  });
}
