import { jsonVersion } from "../../view/json/json.ts";
import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { withLedger } from "../wiring/ground.ts";

/** Looks whether the ledger is whole and its tables are what its events say. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withLedger(program, ({ ledger, paths }) => {
    const problems = ledger.checkIntegrity();
    if (args.has("json"))
      program.out.json({
        v: jsonVersion,
        ok: problems.length === 0,
        problems: problems.map(({ code, message }) => ({ code, message })),
      });
    else if (problems.length === 0) program.out.line(`${paths.ledger} is whole`);
    else for (const { code, message } of problems) program.out.line(`${code}: ${message}`);
    return Promise.resolve(problems.length === 0 ? 0 : 1);
  });
