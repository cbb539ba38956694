import type { Condition } from "../../domain/conditions.ts";
import { conditionStyle, conditionText } from "../tasks/condition-words.ts";
import { cutLine, fitLine, gap, span, type Line } from "../text/line.ts";

/** What stands in the way, the weightiest first, cut where there is no more room. */
export function conditionsLine(conditions: readonly Condition[], now: number, columns: number): Line {
  const [first, ...more] = conditions;
  if (first === undefined) return [];
  const { glyph, tone } = conditionStyle(first);
  const head: Line = [span(`${glyph} `, tone), span(conditionText(first, now), tone)];
  const rest = more.map((one): Line => [span("; ", "muted"), span(conditionText(one, now))]);
  return cutLine([...head, ...rest.flat()], columns);
}

/** The same over the whole width of a view. */
export const whyLine = (conditions: readonly Condition[], now: number, columns: number): Line =>
  fitLine([gap(1), ...conditionsLine(conditions, now, columns - 2)], columns);
