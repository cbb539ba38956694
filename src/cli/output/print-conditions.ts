import type { ConditionResult } from "../../actions/results/condition.ts";
import { conditionJson, conditionText } from "../../view/tasks/condition-words.ts";
import type { Program } from "../program/program.ts";
import type { RepositoryFacts } from "../wiring/repository-facts.ts";

type Facts = Pick<RepositoryFacts, "now">;

/** What stands in the way of the run, the weightiest first; nothing where nothing does. */
export function printConditions({ out, clock }: Program, { now }: Facts): void {
  const nowMs = clock.now();
  const [first, ...more] = now.conditions().filter(({ kind }) => kind !== "no_run");
  if (first === undefined) return;
  out.line(`in the way: ${conditionText(first, nowMs)}`);
  for (const one of more) out.line(`  also: ${conditionText(one, nowMs)}`);
}

export const conditionResults = ({ clock }: Program, { now }: Facts): readonly ConditionResult[] =>
  now.conditions().map((one) => conditionJson(one, clock.now()));
