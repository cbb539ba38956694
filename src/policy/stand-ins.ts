import type { ModelName } from "../domain/ids.ts";
import type { ModelSettings } from "../domain/settings.ts";
import { isReviewer } from "./independence.ts";
import { keepsDistance } from "./judges.ts";
import type { Route, RouteQuestion } from "./route.ts";

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
  const places = [settings.limits.perModel[name]?.parallel, settings.accounts?.[first?.account ?? ""]?.parallel];
  const isLimited = places.some((parallel) => parallel !== undefined && parallel !== null);
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
