import type { ModelName } from "../domain/ids.ts";
import type { ModelSettings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";

/** How far a reviewer stands from whose work it reads, from best to worst. */
export type Distance = "provider" | "model" | "session";

const rank: Record<Distance, number> = { provider: 0, model: 1, session: 2 };

/** Whether this role judges the work of others. */
export const isReviewer = (role: Role): boolean => role === "plan_reviewer" || role === "code_reviewer";

/** The distance to the nearest of the authors. One the settings no longer know is told apart by its name alone. */
export function distanceOf(
  reviewer: ModelSettings,
  authors: readonly ModelName[],
  models: readonly ModelSettings[],
): Distance {
  if (authors.includes(reviewer.name)) return "session";
  const providers = models.filter((model) => authors.includes(model.name)).map((model) => model.provider);
  return providers.includes(reviewer.provider) ? "model" : "provider";
}

/** Negative: the first stands further off. */
export const compareDistance = (a: Distance, b: Distance): number => rank[a] - rank[b];

/** The distance in words, for `why`. */
export function distanceText(distance: Distance, reviewer: ModelSettings): string {
  switch (distance) {
    case "provider":
      return "of another provider than the author";
    case "model":
      return `another model of the author's provider (${reviewer.provider})`;
    case "session":
      return "the author itself, in a new session";
  }
}
