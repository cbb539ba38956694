import { existsSync } from "node:fs";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Role } from "../../domain/task.ts";
import { readTemplate } from "../../prompts/override.ts";
import type { Program } from "../program/program.ts";
import { readText, shownPath } from "./read-text.ts";

/** A project's own text for a role, as it was when the run began. */
export type PromptOverrides = ReadonlyMap<string, string>;

const roles: readonly Role[] = ["analyst", "planner", "plan_reviewer", "implementer", "code_reviewer", "synthesizer"];

/** Where a project's own text for a role lies, from the top of its repository. */
export const promptFile = (role: string): string => `.${brand.folder}/prompts/${role}.md`;

/** The files `.<name>/prompts/<role>.md` at the top of the repository that exist, and what is wrong with them. */
export function readPrompts(
  program: Program,
  top: string,
): { readonly texts: PromptOverrides; readonly problems: readonly Problem[] } {
  const texts = new Map<string, string>();
  const problems: Problem[] = [];
  for (const role of roles) {
    const path = join(top, promptFile(role));
    if (!existsSync(path)) continue;
    const text = readText(path);
    const read = readTemplate(shownPath(program.cwd, path), text);
    if ("problems" in read) problems.push(...read.problems);
    texts.set(role, text);
  }
  return { texts, problems };
}
