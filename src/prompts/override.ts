import type { Problem } from "../domain/problem.ts";
import { before, joined, sectionNames, type SectionName, type Sections } from "./sections.ts";

type Part = { readonly text: string } | { readonly section: SectionName };

/** A project's own text for a role, with places for our sections. */
export interface Template {
  readonly parts: readonly Part[];
}

export type ReadTemplate = { readonly ok: Template } | { readonly problems: readonly Problem[] };

/** Sections a template may leave away; whatever else it does not place is appended, as the work would not be known without. */
const dispensable: ReadonlySet<SectionName> = new Set<SectionName>(["role", "context", "plan"]);

/** `{task}` is a place, `{{task}}` the word itself in braces. Other braces are text, so that JSON may stand in a template. */
const places = /\{\{([a-z_]+)\}\}|\{([a-z_]+)\}/g;

/** Reads a template. `file` is for the problems only. */
export function readTemplate(file: string, text: string): ReadTemplate {
  const parts: Part[] = [];
  const problems: Problem[] = [];
  let end = 0;
  for (const match of text.matchAll(places)) {
    const [whole, plain, name] = match;
    parts.push({ text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (plain !== undefined) {
      parts.push({ text: `{${plain}}` });
      continue;
    }
    const section = sectionNames.find((one) => one === name);
    if (section === undefined) problems.push(unknownPlace(file, text, match.index, name ?? ""));
    else parts.push({ section });
  }
  parts.push({ text: text.slice(end) });
  if (text.trim() === "") problems.push(emptyTemplate(file));
  return problems.length > 0 ? { problems } : { ok: { parts } };
}

/**
 * What is put in is not looked at again: a task that says {diff} gets no diff. Up to the first section that is not meant; absent:
 * all are.
 */
export function fillTemplate(
  { parts }: Template,
  sections: Sections,
  isMeant: (name: SectionName) => boolean = () => true,
): string {
  const placed = new Set(parts.flatMap((part) => ("section" in part ? [part.section] : [])));
  const filled = before(parts, (part) => "text" in part || isMeant(part.section));
  const body = filled.map((part) => ("text" in part ? part.text : (sections[part.section] ?? ""))).join("");
  if (filled.length < parts.length) return body.trimStart();
  const appended = sectionNames.filter((name) => !placed.has(name) && !dispensable.has(name));
  return joined([body.trim(), ...before(appended, isMeant).map((name) => sections[name] ?? "")]);
}

function unknownPlace(file: string, text: string, index: number, name: string): Problem {
  const before = text.slice(0, index).split(/\r?\n/);
  return {
    file,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    code: "unknown_placeholder",
    message: `unknown placeholder {${name}}`,
    hint: `known: ${sectionNames.map((known) => `{${known}}`).join(" ")}; write {{${name}}} for the word itself`,
  };
}

const emptyTemplate = (file: string): Problem => ({
  file,
  line: 1,
  column: 1,
  code: "empty_template",
  message: "the prompt is empty",
  hint: "write the role's text, or remove the file to use ours",
});
