import { resolve } from "node:path";

import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { withLedger } from "../wiring/ground.ts";

/** Copies the ledger while others may read and write it. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withLedger(program, async ({ ledger, paths }) => {
    const file = resolve(program.cwd, args.first);
    await ledger.backup(file);
    program.out.line(`${paths.ledger} is copied to ${file}`);
    return 0;
  });
