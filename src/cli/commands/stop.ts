import { personBehind, requirePerson } from "../inputs/actor.ts";
import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { giveCommand } from "../running/take-effect.ts";
import { withRepository } from "../wiring/ground.ts";

/** Stops the run after the calls under way, or at once. Without an engine there is nothing to stop: a command would stop the next run. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, async (ground) => {
    const { ledger, repository } = ground;
    if ((await runningEngine(ledger, repository.id, program.clock.now())) === null) {
      program.out.line("nothing runs here");
      return 0;
    }
    const actor = personBehind("stop");
    const now = args.has("now");
    await requirePerson(program, ledger, { repository: repository.id, what: "stop", actor });
    await giveCommand(ground, { kind: "stop", now }, actor);
    program.out.line(
      now ? "stopping at once; work under way is kept as snapshots" : "stopping after the calls under way",
    );
    return 0;
  });
