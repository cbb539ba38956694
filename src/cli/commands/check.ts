import type { CheckResult } from "../../actions/results/check.ts";
import type { InputOf } from "../../actions/table.ts";
import { jsonVersion } from "../../view/json/json.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withLedger } from "../wiring/command-context.ts";

/** Looks whether the ledger is whole and its tables are what its events say. */
export const command = (program: Program, _input: InputOf<"check">, displays: Displays): Promise<number> =>
  withLedger(program, ({ ledger, paths }) => {
    const problems = ledger.checkIntegrity();
    const result: CheckResult = {
      v: jsonVersion,
      ok: problems.length === 0,
      problems: problems.map(({ code, message }) => ({ code, message })),
    };
    if (displays.json) program.out.json(result);
    else if (problems.length === 0) program.out.line(`${paths.ledger} is whole`);
    else for (const { code, message } of problems) program.out.line(`${code}: ${message}`);
    return Promise.resolve(problems.length === 0 ? 0 : 1);
  });
