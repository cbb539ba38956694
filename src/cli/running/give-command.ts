import type { Actor, Command } from "../../domain/question.ts";
import { whyTooLate } from "../../engine/task/family.ts";
import { CommandError } from "../program/command-error.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";

/** Gives the engine a command; it takes it now, or when it is started. CommandError: it would refuse it. */
export async function giveCommand(context: RepositoryContext, command: Command, actor: Actor): Promise<void> {
  const { ledger, program, repository } = context;
  if (command.kind === "again" || command.kind === "retry" || command.kind === "rewind") {
    const row = await ledger.tasks.get(repository.id, command.task);
    const why = row === null ? null : await whyTooLate(ledger, row);
    if (why !== null) throw new CommandError(why, 2);
  }
  const run = await lastRun(ledger, repository.id);
  await ledger.decisions.give(repository.id, run?.id ?? null, {
    id: program.newId(),
    command,
    actor,
    givenAt: program.clock.now(),
  });
}
