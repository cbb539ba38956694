import type { ModelName } from "../domain/ids.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import { candidatesOf, type CandidateQuestion } from "./candidates.ts";
import { compareDistance, distanceOf, isReviewer, type Distance } from "./independence.ts";

/** Who judges what a role makes. */
const judgeOf: Partial<Record<Role, Role>> = { planner: "plan_reviewer", implementer: "code_reviewer" };

type JudgedQuestion = CandidateQuestion & {
  readonly settings: Pick<Settings, "models" | "roles" | "routing" | "review">;
  readonly facts: { readonly authors: readonly ModelName[] };
};

/** Whether a review is no nearer to whose work it judges with the other model than with the first. */
export function keepsDistance(question: JudgedQuestion, first: ModelSettings, other: ModelSettings): boolean {
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
