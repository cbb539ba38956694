import type { Json } from "../domain/json.ts";
import type { PromptMarks } from "../domain/prompt-marks.ts";
import type { Role } from "../domain/task.ts";
import { promptHash } from "./hash.ts";
import { fillTemplate, type Template } from "./override.ts";
import { lastsFor, textOf, type Sections } from "./sections.ts";

/** What a model is told. */
export interface Prompt {
  readonly text: string;
  /** JSON Schema of the answer; null: free text. */
  readonly schema: Json | null;
  /** Stands in every call. */
  readonly hash: string;
  readonly marks: PromptMarks;
}

/** The whole prompt, in our own order or by a project's template. */
export function promptOf(
  role: Role,
  version: string,
  sections: Sections,
  schema: Json | null,
  template: Template | null,
): Prompt {
  const upTo = (...kinds: readonly string[]): string => {
    const isMeant: Parameters<typeof textOf>[1] = (name) => kinds.includes(lastsFor(name, role));
    return template === null ? textOf(sections, isMeant) : fillTemplate(template, sections, isMeant);
  };
  const text = upTo("run", "task", "call");
  const lengthOf = (beginning: string): number =>
    beginning.trim() !== "" && text.startsWith(beginning) ? beginning.length : 0;
  const run = lengthOf(upTo("run"));
  const marks = { run, task: Math.max(run, lengthOf(upTo("run", "task"))) };
  return { text, schema, hash: promptHash(role, version, text), marks };
}
