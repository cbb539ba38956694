import type { Stage, StageState, TaskRoadmap } from "../../domain/roadmap.ts";
import type { StepRow } from "../../domain/rows.ts";
import type { StepState, TaskState } from "../../domain/task.ts";
import type { SyntaxPainter } from "../review/syntax.ts";
import type { TaskFacts } from "../screen/screen-source.ts";
import { clean } from "../text/clean.ts";
import { counted } from "../text/amounts.ts";
import { instant } from "../text/durations.ts";
import { boldSpan, empty, gap, span, type Line } from "../text/line.ts";
import { markdownLines } from "../text/markdown.ts";
import { busyGlyphs, interruptedStyle, stageStyle, stepLook, type StateStyle } from "../text/state-styles.ts";
import { wrapPieces, type Piece } from "../text/wrap-pieces.ts";
import { revisionWords, stageNote, stageStepLook } from "./roadmap-words.ts";
import type { RowMoment } from "./task-row.ts";

const indent = 2;

/** How a stage of a task stands: of one that is given up nothing goes on. */
const stageLook = (state: StageState, task: TaskState): StateStyle =>
  state === "ACTIVE" && task === "FAILED" ? stepLook("FAILED", task) : stageStyle[state];

/** The stages with their signs, and the steps of the one under way: what fits beside other things. */
export function stageLines(
  { task, steps }: Pick<TaskFacts, "task" | "steps">,
  roadmap: TaskRoadmap,
  stepLines: (steps: readonly StepRow[]) => readonly Line[],
  active: boolean,
  moment: RowMoment,
): readonly Line[] {
  return roadmap.stages.flatMap((row) => {
    const look = stageLook(row.state, task.state);
    const style = look.busy && moment.interrupted === true ? interruptedStyle : look;
    const turns = style.busy && active && moment.motion;
    const glyph = turns ? (busyGlyphs[moment.frame % busyGlyphs.length] ?? style.glyph) : style.glyph;
    const note = stageNote(roadmap, row);
    const own = steps.filter(({ stage }) => stage === row.id);
    return [
      [
        span(`${glyph} `, style.tone),
        span(`${row.id} `, "muted"),
        span(row.title, row.state === "ACTIVE" ? "text" : "muted"),
      ],
      ...(note === null ? [] : [[gap(indent), span(note, row.state === "SKIPPED" ? "muted" : "warn")]]),
      ...(row.state === "ACTIVE" ? stepLines(own).map((line): Line => [gap(indent), ...line]) : []),
    ];
  });
}

/** All of the roadmap, to be read from top to bottom. */
export function roadmapText(
  facts: TaskFacts,
  roadmap: TaskRoadmap,
  columns: number,
  painter: SyntaxPainter | null,
): readonly Line[] {
  const { facts: known, unknown, guesses, stages } = roadmap.roadmap;
  const listed = (title: string, items: readonly string[]): readonly Line[] =>
    items.length === 0
      ? []
      : [[span(title, "muted")], ...items.flatMap((item) => markdownLines(`- ${item}`, columns, painter)), empty];
  return [
    [span(`Roadmap of ${counted(stages.length, "stage")}`, "muted")],
    empty,
    ...stages.flatMap((stage) => stageText(facts, roadmap, stage, columns, painter)),
    ...listed("Known", known),
    ...listed("Not known", unknown),
    ...listed("Guessed", guesses),
    ...revisions(roadmap, facts.task.movedAt, columns),
  ];
}

function stageText(
  { task, steps }: TaskFacts,
  roadmap: TaskRoadmap,
  stage: Stage,
  columns: number,
  painter: SyntaxPainter | null,
): readonly Line[] {
  const row = roadmap.stages.find(({ id }) => id === stage.id);
  const look = stageLook(row?.state ?? "PENDING", task.state);
  const note = row === undefined ? null : stageNote(roadmap, row);
  const label = (name: string, values: readonly string[]): readonly Line[] =>
    values.length === 0 ? [] : labelled(name, values.join(", "), columns);
  return [
    ...wrapPieces(
      [
        piece(`${stage.id}  `, "accent", true),
        piece(stage.title, "text", true),
        { text: `  ${look.glyph} ${look.word}`, tone: look.tone, bold: false },
      ],
      columns,
    ),
    ...(note === null ? [] : inset(wrapPieces([piece(note, "warn")], columns - indent))),
    ...inset(markdownLines(stage.goal, columns - indent, painter)),
    ...label("needs", stage.needs),
    ...label("checks", stage.checks),
    ...stage.doneWhen.flatMap((sentence) => labelled("done when", sentence, columns)),
    ...stage.steps.flatMap(({ id, title }) =>
      stepText(
        steps.find((step) => step.id === id),
        id,
        title,
        (step) => stageStepLook(step, row?.state ?? "PENDING", task.state),
        columns,
      ),
    ),
    empty,
  ];
}

function stepText(
  step: StepRow | undefined,
  id: string,
  title: string,
  lookOf: (step: StepState) => StateStyle,
  columns: number,
): readonly Line[] {
  const look = lookOf(step?.state ?? "PENDING");
  return inset(
    wrapPieces(
      [
        { text: `${look.glyph} `, tone: look.tone, bold: false },
        piece(`${id}  `, "accent"),
        piece(title, "text"),
        ...(step === undefined || step.state === "PENDING"
          ? []
          : [{ text: `  ${look.word}`, tone: look.tone, bold: false }]),
      ],
      columns - indent,
    ),
  );
}

/** Who made it and who changed it, and why. */
function revisions({ revisions: all }: TaskRoadmap, now: number, columns: number): readonly Line[] {
  return [
    [span("Revisions", "muted")],
    ...all.flatMap((revision) => {
      const [first = "", ...changes] = revisionWords(revision);
      return [
        ...wrapPieces([piece(`${instant(revision.at, now)}  `, "muted"), piece(first, "text")], columns),
        ...changes.flatMap((change) => inset(wrapPieces([piece(change, "muted")], columns - indent))),
      ];
    }),
  ];
}

const piece = (text: string, tone: Piece["tone"], bold = false): Piece => ({
  text: clean(text, { reveal: true, max: 20_000 }),
  tone,
  bold,
});

const inset = (lines: readonly Line[]): readonly Line[] => lines.map((line) => [gap(indent), ...line]);

function labelled(name: string, text: string, columns: number): readonly Line[] {
  const lead = indent + name.length + 2;
  return wrapPieces([piece(text, "text")], Math.max(8, columns - lead)).map((part, index): Line => [
    gap(indent),
    span(index === 0 ? `${name}  ` : " ".repeat(name.length + 2), "muted"),
    ...part,
  ]);
}

/** For heads: that there are stages. */
export const stagesHeading = (stage: string | null): Line => [
  span("Stages", "muted"),
  ...(stage === null ? [] : [gap(1), boldSpan(stage, "accent")]),
];
