import { expect, test } from "vitest";

import { NotTrusted } from "../../../src/cli/inputs/trust.ts";
import { CommandError } from "../../../src/cli/program/command-error.ts";
import { quietly } from "../../../src/cli/wiring/quiet-program.ts";
import { silentProgram } from "../silent-program.ts";

test("what a command refuses beside a screen begins with what a person can do about it, where that is to type it", async () => {
  const program = silentProgram();
  const refused = (error: Error): Promise<string> =>
    quietly(program, async () => {
      throw error;
    });
  await expect(refused(new NotTrusted("2 things are not trusted yet", 2, ["models.ann"]))).rejects.toThrow(
    /^typed in a terminal this command asks you first: 2 things are not trusted yet$/,
  );
  await expect(refused(new CommandError("no branch", 2, ["see land --help"]))).rejects.toThrow(
    /^no branch; see land --help$/,
  );
});
