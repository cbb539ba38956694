import type { ModelName } from "../domain/ids.ts";
import type { ModelSettings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import { candidatesOf } from "./candidates.ts";
import { compareDistance, distanceOf, isReviewer, type Distance } from "./independence.ts";
import type { Route, RouteQuestion } from "./route.ts";

/** Who judges what a role makes. */
const judgeOf: Partial<Record<Role, Role>> = { planner: "plan_reviewer", implementer: "code_reviewer" };

/**
 * Who may be asked in place of a model whose places are all taken, best first: a model of its tier and of its billing, so that
 * nothing is paid for that would not be, and only where every review stays as independent as it would be. The model itself is
 * the first of the answer, but for one that has worked on the same already and knows it.
 */
export function withStandIns(
  question: RouteQuestion,
  decided: Route & { readonly kind: "use" },
  name: ModelName,
): readonly [ModelName, ...ModelName[]] {
  const { settings, facts } = question;
  const { models } = settings;
  const first = models.find((one) => one.name === name);
  const isLimited = (settings.limits.perModel[name]?.parallel ?? null) !== null;
  if (first === undefined || !isLimited || settings.whenBusy === "wait" || facts.forced !== null) return [name];
  const alike = decided.models
    .slice(decided.models.indexOf(name) + 1)
    .flatMap((other) => models.find((model) => model.name === other) ?? [])
    .filter(({ tier, billing }) => tier === first.tier && billing === first.billing)
    .filter((model) => !facts.exclude.includes(model.name));
  const worked = (model: ModelSettings): boolean => facts.authors.includes(model.name);
  const known = isReviewer(question.role) || worked(first) ? undefined : alike.find(worked);
  const [best, ...others] =
    known === undefined ? [first, ...alike] : [known, first, ...alike.filter((one) => one !== known)];
  return [best.name, ...others.filter((other) => keepsDistance(question, best, other)).map((model) => model.name)];
}

/** Whether a review is no nearer to whose work it judges with the other model than with the first. */
function keepsDistance(question: RouteQuestion, first: ModelSettings, other: ModelSettings): boolean {
  const { role, settings, facts } = question;
  if (settings.review.independent === "off") return true;
  if (isReviewer(role)) {
    const of = (model: ModelSettings): Distance => distanceOf(model, facts.authors, settings.models);
    return facts.authors.length === 0 || compareDistance(of(other), of(first)) <= 0;
  }
  const judge = judgeOf[role];
  if (judge === undefined) return true;
  const judges = candidatesOf({ ...question, role: judge }).map(({ model }) => model);
  const best = (author: ModelSettings): Distance =>
    judges
      .map((model) => distanceOf(model, [...facts.authors, author.name], settings.models))
      .toSorted(compareDistance)[0] ?? "session";
  return compareDistance(best(other), best(first)) <= 0;
}
