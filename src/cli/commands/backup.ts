import { printDone } from "../output/print-done.ts";
import type { Displays } from "../program/typed-input.ts";
import type { InputOf } from "../../actions/table.ts";
import { resolve } from "node:path";

import type { Program } from "../program/program.ts";
import { withLedger } from "../wiring/command-context.ts";

/** Copies the ledger while others may read and write it. */
export const command = (program: Program, input: InputOf<"backup">, displays: Displays): Promise<number> =>
  withLedger(program, async ({ ledger, paths }) => {
    const file = resolve(program.cwd, input.file);
    await ledger.backup(file);
    return printDone(program, displays, `${paths.ledger} is copied to ${file}`);
  });
