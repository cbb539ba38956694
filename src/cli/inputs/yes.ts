import type { Program } from "../program/program.ts";

/** Whether a person at this terminal says yes; for anything else, and for none, not. */
export async function saysYes(program: Program, question: string): Promise<boolean> {
  const word = (await program.ask(`${question} [y/N] `))?.trim().toLowerCase();
  return word === "y" || word === "yes";
}
