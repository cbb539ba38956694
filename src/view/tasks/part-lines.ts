import type { Joined, Part, PartEvents } from "../../domain/parts.ts";
import type { TaskState } from "../../domain/task.ts";
import { clean } from "../text/clean.ts";
import { empty, revealedSpan, span, type Line } from "../text/line.ts";
import { revertedStyle, taskStyle, type StateStyle } from "../text/state-styles.ts";
import { labelled, type WhyRow } from "./why-row.ts";

type KnownPart = Part & { readonly state: TaskState; readonly reverted?: boolean };

const styleOf = ({ state, reverted }: KnownPart): StateStyle => (reverted === true ? revertedStyle : taskStyle[state]);

/** What is known of a task's parts, and of what they came to. */
export interface KnownParts {
  readonly parts?: readonly KnownPart[];
  readonly joined?: Joined;
}

/** The parts of a task with their signs, and what they came to. */
export function partLines({ parts = [], joined }: KnownParts): readonly Line[] {
  if (parts.length === 0) return [];
  const lines: Line[] = [empty, [span("Parts", "muted")]];
  for (const part of parts) {
    const { id, goal, covers } = part;
    const { glyph, tone } = styleOf(part);
    lines.push([
      span(`${glyph} `, tone),
      span(`${id} `, "muted"),
      revealedSpan(goal),
      span(`  ${covers.join(" ")}`, "muted"),
    ]);
  }
  if (joined === undefined) return lines;
  lines.push(empty, [span("Together ", "muted"), revealedSpan(joined.summary)]);
  for (const { text, sources } of joined.claims)
    lines.push([span("+ ", "good"), revealedSpan(text), span(`  ${sources.join(" ")}`, "muted")]);
  if (joined.unmet.length > 0)
    lines.push([span("x ", "bad"), span("unmet ", "bad"), revealedSpan(joined.unmet.join(", "))]);
  return lines;
}

/** The same for reading from top to bottom. */
export function partTexts({ parts = [], joined }: KnownParts): {
  readonly parts: readonly string[];
  readonly joined: readonly string[];
} {
  return {
    parts: parts.map(
      (part) =>
        `${part.id} ${styleOf(part).word}  ${clean(part.goal)}${part.covers.length === 0 ? "" : `  (${part.covers.join(", ")})`}`,
    ),
    joined:
      joined === undefined
        ? []
        : [
            clean(joined.summary),
            ...joined.claims.map(({ text, sources }) => `+ ${clean(text)} (${sources.join(", ")})`),
            ...(joined.unmet.length === 0 ? [] : [`unmet: ${joined.unmet.join(", ")}`]),
          ],
  };
}

/** Why a task is done in parts or as a whole, and what the parts came to. `split`: the last word on that; none: it was no question. */
export function rowsOfParts(
  { parts = [], joined }: KnownParts,
  split: PartEvents["task.split"] | undefined,
  complexity: number | undefined,
): readonly WhyRow[] {
  if (split === undefined) return [];
  if (parts.length === 0) return split.parts.length === 0 ? labelled("parts", [`done as a whole: ${split.why}`]) : [];
  const because = complexity === undefined ? "" : `, as its complexity is ${complexity} of 5`;
  const since = split.parts.length < parts.length ? `; since then ${split.why}` : "";
  const told = parts.map(({ id, goal, covers, needs }) => {
    const after = needs.length === 0 ? "" : `, after ${needs.join(", ")}`;
    return `${id}  ${goal} (${covers.join(", ")}${after})`;
  });
  const rows = labelled("parts", [`${parts.length}${because}${since}`, ...told]);
  if (joined === undefined) return rows;
  const { summary, unmet, model } = joined;
  const missing = unmet.length === 0 ? "" : `; unmet: ${unmet.join(", ")}`;
  return [...rows, ...labelled("together", [`${summary}${missing} (said by ${model ?? "rules"})`])];
}
