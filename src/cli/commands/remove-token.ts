import { removeToken } from "../inputs/token.ts";
import { printDone } from "../output/print-done.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { Paths } from "../wiring/paths.ts";

export async function command(program: Program, _input: object, displays: Displays): Promise<number> {
  const had = await removeToken(new Paths(program.env));
  return printDone(program, displays, had ? "the token is worth nothing any more" : "there was no token");
}
