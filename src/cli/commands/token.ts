import { brand, tokenName } from "../../domain/brand.ts";
import { hasToken, makeToken } from "../inputs/token.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { Paths } from "../wiring/paths.ts";

/** Makes the token and shows it once: only to a terminal, so that it gets into no log of a script. */
export async function command(program: Program): Promise<number> {
  if (!program.hasTerminal() || !program.out.isTerminal)
    throw new CommandError(`a token is made and shown in a terminal only: type ${brand.bin} token in one`);
  const paths = new Paths(program.env);
  const had = await hasToken(paths);
  const token = await makeToken(paths);
  program.out.secret(token);
  if (had) program.out.line("the one before is worth nothing any more");
  program.out.line(`it is shown this once; give it as ${tokenName}, or in a file with --token-file`);
  return 0;
}
