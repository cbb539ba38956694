import type { Json } from "../domain/json.ts";
import type { Role } from "../domain/task.ts";
import { promptHash } from "./hash.ts";
import { fillTemplate, type Template } from "./override.ts";
import { joined, sectionNames, stableNames, type Sections } from "./sections.ts";

/** What a model is told. */
export interface Prompt {
  readonly text: string;
  /** JSON Schema of the answer; null: free text. */
  readonly schema: Json | null;
  /** Stands in every call. */
  readonly hash: string;
  /** How many letters of the text's beginning are the same in all calls of this role for a task. */
  readonly stableLength: number;
}

/** The whole prompt, in our own order or by a project's template. */
export function promptOf(
  role: Role,
  version: string,
  sections: Sections,
  schema: Json | null,
  template: Template | null,
): Prompt {
  const text =
    template === null ? joined(sectionNames.map((name) => sections[name] ?? "")) : fillTemplate(template, sections);
  const stable = template === null ? joined(stableNames.map((name) => sections[name] ?? "")) : "";
  return { text, schema, hash: promptHash(role, version, text), stableLength: stable.length };
}
