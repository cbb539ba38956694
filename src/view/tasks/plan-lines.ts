import type { TaskSpec } from "../../domain/task.ts";
import type { SyntaxPainter } from "../review/syntax.ts";
import type { TaskFacts } from "../screen/screen-source.ts";
import { cutLine, empty, fitLine, gap, span, type Line } from "../text/line.ts";
import { languagesIn, markdownLines } from "../text/markdown.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { stepLook } from "../text/state-styles.ts";
import { wrapPieces } from "../text/wrap-pieces.ts";
import { clean } from "../text/clean.ts";
import { wrap } from "../text/width.ts";
import { roadmapText } from "./roadmap-lines.ts";

/** The plan as a list of steps, and what was asked for beside it, above it, or not at all. */
export type TaskTextPlace = "beside" | "above" | "none";

/** Languages of the code that plan and task show. */
export const planLanguages = (facts: TaskFacts | null): string =>
  facts === null
    ? ""
    : languagesIn(
        [
          facts.task.spec.details ?? "",
          facts.plan?.plan.summary ?? "",
          ...(facts.plan?.plan.steps.map(({ details }) => details) ?? []),
        ].join("\n"),
      );

const indent = 4;
const between = 3;

export const planLines = memoizeLast(
  (facts: TaskFacts | null, columns: number, place: TaskTextPlace, painter: SyntaxPainter | null): readonly Line[] => {
    if (facts === null || (facts.plan === null && facts.roadmap === undefined))
      return [[span("No plan yet.", "muted")]];
    // Without a description the heads of the views say all that there is.
    if (place === "none" || (place === "above" && facts.task.spec.details === null))
      return stepList(facts, columns, painter);
    if (place === "above")
      return [
        ...taskText(facts.task.spec, columns, painter),
        empty,
        [span("─".repeat(columns), "border")],
        ...stepList(facts, columns, painter),
      ];
    const left = Math.max(24, Math.floor((columns - between) * 0.4));
    const task = taskText(facts.task.spec, left, painter);
    const plan = stepList(facts, columns - left - between, painter);
    return Array.from({ length: Math.max(task.length, plan.length) }, (_, row): Line => [
      ...fitLine(task[row] ?? empty, left),
      span(" │ ", "border"),
      ...cutLine(plan[row] ?? empty, columns - left - between),
    ]);
  },
);

/** What was asked for beside the goal, in so many rows; a sign where there is more of it. */
export function descriptionLines(
  { details }: Pick<TaskSpec, "details">,
  columns: number,
  rows: number,
): readonly Line[] {
  const all = details === null ? [] : wrap(clean(details, { lines: true, reveal: true }).trim(), columns - 2, 40);
  const isCut = all.length > rows;
  return all
    .slice(0, rows)
    .map((text, index): Line => [span(text, "muted"), ...(isCut && index === rows - 1 ? [span(" …", "muted")] : [])]);
}

/** What was asked for. */
function taskText(spec: TaskSpec, columns: number, painter: SyntaxPainter | null): readonly Line[] {
  const goal = wrapPieces([{ text: clean(spec.goal, { reveal: true }), tone: "title", bold: true }], columns);
  return [
    [span("Asked for", "muted")],
    ...goal,
    ...(spec.details === null ? [] : [empty, ...markdownLines(spec.details, columns, painter)]),
  ];
}

function stepList(facts: TaskFacts, columns: number, painter: SyntaxPainter | null): readonly Line[] {
  if (facts.roadmap !== undefined) return roadmapText(facts, facts.roadmap, columns, painter);
  if (facts.plan === null) return [];
  const { plan, round, model } = facts.plan;
  const steps = plan.steps.flatMap((step): readonly Line[] => {
    const row = facts.steps.find(({ id }) => id === step.id);
    const style = row === undefined ? null : stepLook(row.state, facts.task.state);
    const title = wrapPieces(
      [
        { text: clean(`${step.id}  `), tone: "accent", bold: true },
        { text: clean(step.title, { reveal: true }), tone: "text", bold: true },
        ...(style === null ? [] : [{ text: `  ${style.glyph} ${style.word}`, tone: style.tone, bold: false }]),
      ],
      columns,
    );
    return [
      ...title,
      ...indented(markdownLines(step.details, columns - indent, painter)),
      ...(step.files.length === 0 ? [] : named("files", step.files.join("  "), columns)),
      empty,
    ];
  });
  const { checks } = facts.task.spec;
  return [
    [span(`Plan by ${model}, round ${round}`, "muted")],
    ...markdownLines(plan.summary, columns, painter),
    empty,
    ...steps,
    ...named(
      "checks",
      checks === null ? "all that the settings name" : checks.length === 0 ? "none" : checks.join(", "),
      columns,
    ),
    ...(plan.risks.length === 0
      ? []
      : [
          empty,
          [span("Risks", "warn")],
          ...plan.risks.flatMap((risk) => markdownLines(`- ${risk}`, columns, painter)),
        ]),
  ];
}

const indented = (lines: readonly Line[]): readonly Line[] => lines.map((line) => [gap(indent), ...line]);

/** `files  a.ts  b.ts`, wrapped under its beginning. */
function named(label: string, text: string, columns: number): readonly Line[] {
  const lead = indent + label.length + 2;
  const parts = wrapPieces(
    [{ text: clean(text, { reveal: true, max: 20_000 }), tone: "text", bold: false }],
    Math.max(8, columns - lead),
  );
  return parts.map((part, index): Line => [
    gap(indent),
    span(index === 0 ? `${label}  ` : " ".repeat(label.length + 2), "muted"),
    ...part,
  ]);
}
