import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { attach } from "../running/attach.ts";
import { lastRun, withRepository } from "../wiring/command-context.ts";

/** Attaches to the current run, or shows the last one. */
export const command = (program: Program, _input: InputOf<"watch">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const run = await lastRun(context.ledger, context.repository.id);
    if (run === null) throw new CommandError(`nothing ran here yet; ${brand.bin} run starts it`);
    const code = await attach(context, displays);
    // Leaving is how a watch ends.
    return code === 130 ? 0 : code;
  });
