import { personBehind, requirePerson } from "../inputs/actor.ts";
import type { Program } from "../program/program.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/take-effect.ts";
import { withRepository } from "../wiring/ground.ts";

/** Lets nothing new start until resume; calls under way go on. */
export const command = (program: Program): Promise<number> =>
  withRepository(program, async (ground) => {
    const { ledger, repository } = ground;
    const actor = personBehind("pause");
    await requirePerson(program, ledger, { repository: repository.id, what: "pause", actor });
    // Without an engine a command would only wait for the next run, and pause it unasked.
    if ((await runningEngine(ledger, repository.id, program.clock.now())) === null) {
      program.out.line("nothing runs here");
      return 0;
    }
    await giveCommand(ground, { kind: "pause" }, actor);
    program.out.line("paused: calls under way go on, nothing new starts");
    return 0;
  });
