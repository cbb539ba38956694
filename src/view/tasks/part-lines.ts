import type { RecordedEvent } from "../../domain/events.ts";
import type { Joined, Part } from "../../domain/parts.ts";
import type { TaskState } from "../../domain/task.ts";
import { clean } from "../text/clean.ts";
import { empty, revealedSpan, span, type Line } from "../text/line.ts";
import { taskStyle } from "../text/state-styles.ts";
import { labelled, type WhyRow } from "./why-row.ts";

/** What is known of a task's parts, and of what they came to. */
export interface KnownParts {
  readonly parts?: readonly (Part & { readonly state: TaskState })[];
  readonly joined?: Joined;
}

/** The parts of a task with their signs, and what they came to. */
export function partLines({ parts = [], joined }: KnownParts): readonly Line[] {
  if (parts.length === 0) return [];
  const lines: Line[] = [empty, [span("Parts", "muted")]];
  for (const { id, goal, covers, state } of parts) {
    const { glyph, tone } = taskStyle[state];
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
      ({ id, goal, covers, state }) =>
        `${id} ${taskStyle[state].word}  ${clean(goal)}${covers.length === 0 ? "" : `  (${covers.join(", ")})`}`,
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

/** Why a task is done in parts or as a whole, and what the parts came to; of other events nothing. */
export function rowsOfParts(event: RecordedEvent, complexity: number | undefined): readonly WhyRow[] {
  if (event.type === "parts.joined") {
    const { summary, unmet, model } = event.data;
    const missing = unmet.length === 0 ? "" : `; unmet: ${unmet.join(", ")}`;
    return labelled("together", [`${summary}${missing} (said by ${model ?? "rules"})`]);
  }
  if (event.type !== "task.split") return [];
  const { parts, why } = event.data;
  if (parts.length === 0) return labelled("parts", [`done as a whole: ${why}`]);
  const because = complexity === undefined ? "" : `, as its complexity is ${complexity} of 5`;
  return labelled("parts", [
    `${parts.length}${because}`,
    ...parts.map(({ id, goal, covers, needs }) => {
      const after = needs.length === 0 ? "" : `, after ${needs.join(", ")}`;
      return `${id}  ${goal} (${covers.join(", ")}${after})`;
    }),
  ]);
}
