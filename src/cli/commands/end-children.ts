import type { Program } from "../program/program.ts";
import { killChildren } from "../running/end-children.ts";
import { runningEngine } from "../running/engine-lease.ts";
import { withRepository } from "../wiring/command-context.ts";

/** Kills what an engine ran that was killed itself. While an engine lives it is that one's. */
export const command = (program: Program): Promise<number> =>
  withRepository(program, async (context) => {
    const { ledger, repository } = context;
    if ((await runningEngine(ledger, repository.id, program.clock.now())) === null) await killChildren(context);
    return 0;
  });
