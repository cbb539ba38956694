import { brand } from "../domain/brand.ts";
import { personBehind, requirePerson } from "./actor.ts";
import type { Arguments } from "./arguments.ts";
import { runningEngine } from "./engine-lease.ts";
import { lastRun, withRepository } from "./ground.ts";
import type { Program } from "./program.ts";
import { Refused } from "./refused.ts";
import { runBacklog } from "./run.ts";
import { giveCommand } from "./take-effect.ts";

/** Lifts a pause, or goes on with a run that was stopped, interrupted, or waits. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(
    program,
    async (ground) => {
      const { ledger, repository } = ground;
      const run = await lastRun(ledger, repository.id);
      if (run === null || run.state === "ended")
        throw new Refused(`there is no run to resume here; ${brand.bin} run starts one`);
      if ((await runningEngine(ledger, repository.id, program.clock.now())) === null)
        return await runBacklog(ground, args, run.file);
      const actor = personBehind("resume");
      await requirePerson(program, ledger, { repository: repository.id, what: "resume", actor });
      await giveCommand(ground, { kind: "resume" }, actor);
      program.out.line(run.paused ? "resumed" : "the run is not paused; it goes on");
      return 0;
    },
    "engine",
  );
