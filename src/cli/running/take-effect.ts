import { brand } from "../../domain/brand.ts";
import type { Actor, Command } from "../../domain/question.ts";
import { lastRun, type RepositoryGround } from "../wiring/ground.ts";
import { runningEngine } from "./engine-lease.ts";

/** Gives the engine a command; it takes it now, or when it is started. */
export async function giveCommand(ground: RepositoryGround, command: Command, actor: Actor): Promise<void> {
  const { ledger, program, repository } = ground;
  const run = await lastRun(ledger, repository.id);
  await ledger.decisions.give(repository.id, run?.id ?? null, {
    id: program.newId(),
    command,
    actor,
    givenAt: program.clock.now(),
  });
}

/** "approved A-1", and when nothing runs that it waits for the next run. */
export async function sayEffect(ground: RepositoryGround, text: string): Promise<void> {
  const { ledger, program, repository } = ground;
  const engine = await runningEngine(ledger, repository.id, program.clock.now());
  program.out.line(engine === null ? `${text}; takes effect at the next \`${brand.bin} run\`` : text);
}
