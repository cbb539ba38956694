import type { OutcomeEntryResult, OutcomeResult } from "../../actions/results/outcome.ts";
import type { Outcome, OutcomeRow } from "../../domain/outcome.ts";
import { costJson, iso } from "./json.ts";

/** What scripts get of an outcome. Task and run stand beside it; prompts are machinery. */
export function outcomeJson({ task: _task, run: _run, promptHash: _hash, cost, ...rest }: Outcome): OutcomeResult {
  return { ...rest, ...costJson(cost) };
}

export const outcomeEntryJson = ({ at, corrections, ...outcome }: OutcomeRow): OutcomeEntryResult => ({
  ...outcomeJson(outcome),
  at: iso(at),
  corrections: corrections.map(({ y, why, at: when }) => ({ y, why, at: iso(when) })),
});
