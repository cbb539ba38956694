import type { Analysis } from "../domain/analysis.ts";
import { longestParentId, partIdOf, type Part } from "../domain/parts.ts";
import type { TaskId } from "../domain/ids.ts";
import type { Settings } from "../domain/settings.ts";
import type { Mode, TaskSpec } from "../domain/task.ts";
import { chooseMode } from "./choose-mode.ts";
import { criteriaOf, type Criterion } from "./criteria.ts";
import { cosine, termsOf } from "./term-vector.ts";

/** A part as a model proposes it. `needs`: P1, P2, ... in the order of the proposal. */
export interface ProposedPart {
  readonly goal: string;
  readonly covers: readonly string[];
  readonly quote: string;
  readonly files: readonly string[];
  readonly needs: readonly string[];
  readonly complexity: number;
}

/** A task is split into so many parts, never more deeply. */
const leastParts = 2;
export const mostParts = 6;
/** Cosine of a part's terms and the task's below which it is about something else. */
const related = 0.15;
/** Cosine of two parts' terms above which they are the same. */
const same = 0.8;

/**
 * Whether a model is asked for parts of a context-aware task at all: where it is no part itself, with complexity 5, or with 4 and more
 * than 8 points, unless an analyst has called it one piece of work. Parts meet on the integration branch, so not where nothing is merged.
 */
export function mayBeSplit(
  spec: Pick<TaskSpec, "id" | "goal" | "details" | "parent">,
  { complexity, features }: Pick<Analysis, "complexity" | "features">,
  { git }: Pick<Settings, "git">,
): boolean {
  if (spec.parent !== undefined || git.merge === "none" || features["split"] === 0) return false;
  if (spec.id.length > longestParentId) return false;
  return complexity >= 5 || (complexity === 4 && criteriaOf(spec).length > 8);
}

export type Split = { readonly parts: readonly Part[]; readonly why: string };

/**
 * The parts of a task, or none and why it is kept whole. Parts that change the same files come one after the other: the later one in
 * the proposal needs the earlier, unless they are in an order already. `from`: the number of the first; `taken`: ids that are used.
 */
export function splitOf(
  spec: Pick<TaskSpec, "id" | "goal" | "details">,
  proposed: readonly ProposedPart[],
  ids: { readonly from: number; readonly taken: ReadonlySet<TaskId> },
): Split {
  const whole = (why: string): Split => ({ parts: [], why });
  if (proposed.length < leastParts)
    return whole(proposed.length === 1 ? "one part is the whole task" : "nothing of it can be done by itself");
  if (proposed.length > mostParts) return whole(`${proposed.length} parts are more than ${mostParts}`);
  const refusal = refusalOf(spec, proposed);
  if (refusal !== null) return whole(refusal);
  const needs = orderOf(proposed);
  if (typeof needs === "string") return whole(needs);
  if (!haveDisjointFiles(proposed)) return whole("all parts would change the same files");
  const idAt = (place: number): TaskId => partIdOf(spec.id, ids.from + place);
  const used = proposed.map((_, place) => idAt(place)).find((id) => ids.taken.has(id));
  if (used !== undefined) return whole(`the backlog has a task ${used} of its own`);
  const parts = proposed.map((part, place) => ({
    id: idAt(place),
    goal: part.goal,
    covers: [...new Set(part.covers)],
    quote: part.quote,
    files: [...new Set(part.files)],
    needs: (needs[place] ?? []).map(idAt),
    complexity: Math.min(5, Math.max(1, Math.round(part.complexity))),
  }));
  return { parts, why: `${parts.length} parts` };
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim().toLowerCase();

/** What is wrong with a proposal, in words; null: nothing. */
function refusalOf(spec: Pick<TaskSpec, "goal" | "details">, proposed: readonly ProposedPart[]): string | null {
  const criteria = criteriaOf(spec);
  const text = `${spec.goal}\n${spec.details ?? ""}`;
  const all = termsOf(text);
  for (const [index, part] of proposed.entries()) {
    const name = `part ${index + 1}`;
    const unknown = part.covers.find((id) => !criteria.some((criterion) => criterion.id === id));
    if (unknown !== undefined) return `${name} covers ${unknown}, which the task does not ask for`;
    if (part.covers.length === 0) return `${name} covers nothing that the task asks for`;
    if (plain(part.quote) === "" || !plain(text).includes(plain(part.quote)))
      return `${name} quotes words that the task does not have`;
    const terms = termsOf(part.goal);
    const covered = criteria.filter(({ id }) => part.covers.includes(id)).map((criterion) => criterion.text);
    // A long text has so many terms that a short goal made of nothing else is far from it: what it covers counts too.
    if (Math.max(cosine(terms, all), cosine(terms, termsOf(covered.join("\n")))) < related)
      return `${name} is about something else than the task`;
    const twin = proposed.findIndex((other, at) => at < index && cosine(termsOf(other.goal), terms) > same);
    if (twin >= 0) return `parts ${twin + 1} and ${index + 1} are the same`;
  }
  const missing = criteria.find(({ id }) => !proposed.some(({ covers }) => covers.includes(id)));
  return missing === undefined ? null : `no part covers ${missing.id} (${missing.text})`;
}

/** Which parts each needs, by their places; words: why there is no order. */
function orderOf(proposed: readonly ProposedPart[]): readonly (readonly number[])[] | string {
  const needs: Set<number>[] = [];
  for (const [index, part] of proposed.entries()) {
    const own = new Set<number>();
    for (const name of part.needs) {
      const at = /^P(\d+)$/i.exec(name.trim())?.[1];
      const place = at === undefined ? -1 : Number(at) - 1;
      if (place < 0 || place >= proposed.length) return `part ${index + 1} needs ${name}, which is no part`;
      own.add(place);
    }
    needs.push(own);
  }
  const reaches = (from: number, to: number, seen = new Set<number>()): boolean =>
    [...(needs[from] ?? [])].some(
      (next) => next === to || (!seen.has(next) && reaches(next, to, new Set([...seen, next]))),
    );
  const knot = needs.findIndex((_, place) => reaches(place, place));
  if (knot >= 0) return `part ${knot + 1} needs itself, by way of others`;
  for (const [later, part] of proposed.entries())
    for (const [earlier, other] of proposed.slice(0, later).entries())
      if (overlap(part.files, other.files) && !reaches(earlier, later) && !reaches(later, earlier))
        needs[later]?.add(earlier);
  return needs.map((own) => [...own].toSorted((a, b) => a - b));
}

const haveDisjointFiles = (proposed: readonly ProposedPart[]): boolean =>
  proposed.some((part, index) => proposed.slice(index + 1).some((other) => !overlap(part.files, other.files)));

/** Whether they may change the same file; who names none may change any. A folder has what is in it. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  const path = (name: string): string => name.replace(/^\.\//, "").replace(/\/?\**\/?$/, "");
  const has = (folder: string, name: string): boolean =>
    folder === "" || name === folder || name.startsWith(`${folder}/`);
  if (a.length === 0 || b.length === 0) return true;
  return a.some((one) => b.some((two) => has(path(one), path(two)) || has(path(two), path(one))));
}

/** Shares of an amount by weight, whole numbers that never come to more than it; null of nothing. */
export function sharesOf(amount: number | null, weights: readonly number[]): readonly (number | null)[] {
  if (amount === null) return weights.map(() => null);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.floor((amount * weight) / Math.max(1, sum)));
}

/** What a part is done with: as any task of its size, in one piece. */
function modeOfPart(risk: TaskSpec["risk"], { complexity, files }: Part): Mode {
  const facts = { risk, complexity, files: files.length, areas: 1, points: 1 };
  return chooseMode({ ...facts, found: 0, namesFiles: true, reviewPer: null }).mode;
}

/** The tasks that a task's parts are. They have its own rules, its area and its place, and share its budget. */
export function specsOfParts(parent: TaskSpec, parts: readonly Part[], taskMicros: number | null): readonly TaskSpec[] {
  const weights = parts.map(({ complexity }) => complexity);
  const micros = sharesOf(parent.budget.usdMicros ?? taskMicros, weights);
  const tokens = sharesOf(parent.budget.tokens, weights);
  const criteria = criteriaOf(parent);
  return parts.map((part, place) => ({
    ...parent,
    id: part.id,
    goal: part.goal,
    details: detailsOf(parent, part, criteria),
    needs: part.needs,
    mode: modeOfPart(parent.risk, part),
    budget: { usdMicros: micros[place] ?? null, tokens: tokens[place] ?? null },
    parent: parent.id,
  }));
}

function detailsOf(parent: TaskSpec, part: Part, criteria: readonly Criterion[]): string {
  const covered = criteria.filter(({ id }) => part.covers.includes(id));
  return [
    `This is a part of ${parent.id}: ${parent.goal}. Other parts are done by others: do this one, and nothing of theirs.`,
    `What it has to bring:\n${covered.map(({ id, text }) => `- ${id}: ${text}`).join("\n")}`,
    ...(part.files.length === 0 ? [] : [`Files that it is expected to change: ${part.files.join(", ")}.`]),
  ].join("\n\n");
}
