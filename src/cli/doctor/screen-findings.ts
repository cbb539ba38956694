import { problemLine } from "../../domain/problem.ts";
import { readScreen } from "../inputs/read-screen.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Finding } from "./finding.ts";

/** What of the person's own words on their screen keeps it from opening; `said`: what was found before. */
export async function screenFindings(program: Program, said: readonly Finding[]): Promise<readonly Finding[]> {
  const faults = await readScreen(program).then(
    () => [],
    (error: unknown) => {
      if (error instanceof BadFiles) return error.problems.map(problemLine);
      if (error instanceof CommandError) return [error.message];
      throw error;
    },
  );
  return faults
    .filter((fault) => said.every(({ text }) => text !== fault))
    .map((text): Finding => ({ what: "screen", state: "bad", text }));
}
