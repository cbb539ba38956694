import type { Claim, Joined } from "../domain/parts.ts";
import type { TaskId } from "../domain/ids.ts";

/** A part that is over. */
export interface EndedPart {
  readonly id: TaskId;
  readonly goal: string;
  readonly covers: readonly string[];
  readonly isDone: boolean;
}

type Said = Omit<Joined, "model">;

/**
 * What a task's parts come to by rules alone: each that is done is a claim of its own, and unmet is what none of these covers. A model
 * may say more, but never that something is met which no finished part covers, nor stand on a part that is not done.
 */
export function joinedOf(
  criteria: readonly { readonly id: string }[],
  parts: readonly EndedPart[],
  said: Said | null = null,
): Said {
  const done = parts.filter(({ isDone }) => isDone);
  const covered = new Set(done.flatMap(({ covers }) => covers));
  const isUnmet = (id: string): boolean => !covered.has(id) || said?.unmet.includes(id) === true;
  const unmet = criteria.map(({ id }) => id).filter(isUnmet);
  const ids = new Set(done.map(({ id }) => id));
  const own = done.map(({ id, goal }): Claim => ({ text: goal, sources: [id] }));
  const claims = (said?.claims ?? own)
    .map(({ text, sources }) => ({ text, sources: [...new Set(sources)].filter((id) => ids.has(id)) }))
    .filter(({ sources }) => sources.length > 0);
  const summary = said?.summary ?? `${done.length} of ${parts.length} parts are done`;
  return { summary, claims: claims.length > 0 ? claims : own, unmet };
}
