import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { Program } from "../program/program.ts";
import { Refused } from "../program/refused.ts";
import type { Displays } from "../program/typed-input.ts";
import { attach } from "../running/attach.ts";
import { lastRun, withRepository } from "../wiring/ground.ts";

/** Attaches to the current run, or shows the last one. */
export const command = (program: Program, _input: InputOf<"watch">, displays: Displays): Promise<number> =>
  withRepository(program, async (ground) => {
    const run = await lastRun(ground.ledger, ground.repository.id);
    if (run === null) throw new Refused(`nothing ran here yet; ${brand.bin} run starts it`);
    const code = await attach(ground, displays);
    // Leaving is how a watch ends.
    return code === 130 ? 0 : code;
  });
