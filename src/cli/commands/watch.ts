import { brand } from "../../domain/brand.ts";
import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { Refused } from "../program/refused.ts";
import { attach } from "../running/attach.ts";
import { lastRun, withRepository } from "../wiring/ground.ts";

/** Attaches to the current run, or shows the last one. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, async (ground) => {
    const run = await lastRun(ground.ledger, ground.repository.id);
    if (run === null) throw new Refused(`nothing ran here yet; ${brand.bin} run starts it`);
    const code = await attach(ground, { plain: args.has("plain"), json: args.has("json") });
    // Leaving is how a watch ends.
    return code === 130 ? 0 : code;
  });
