import { lackingWords } from "../inputs/checkout-facts.ts";
import type { Program } from "../program/program.ts";
import type { Finding } from "./finding.ts";

/** Ignored files that worktrees lack. */
export async function lackingFindings(
  program: Program,
  { top }: { readonly top: string },
): Promise<readonly Finding[]> {
  const text = await lackingWords(program, top);
  return text === null ? [] : [{ what: "worktrees", state: "warn", text }];
}
