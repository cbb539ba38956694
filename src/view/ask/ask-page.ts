import type { ModelName } from "../../domain/ids.ts";
import type { PastAsk } from "../../domain/past-ask.ts";
import { addShownCost } from "../../domain/money.ts";
import { frameOf, inside, type Placed, type Rect, type Size } from "../layout/layout.ts";
import { logLayout } from "../layout/view-layouts.ts";
import type { World } from "../screen/screen-model.ts";
import type { AsksSnapshot, ModelFacts } from "../screen/screen-source.ts";
import type { UiState } from "../screen/ui-state.ts";
import { counted, money } from "../text/amounts.ts";
import { age } from "../text/durations.ts";
import { boldSpan, cutLine, empty, fitLine, selectLine, span, spread, type Line } from "../text/line.ts";
import { pad } from "../text/width.ts";

/** Rows of the body that stand above the answers: the question, and the names where only one answer is shown. */
const aboveAnswers = 2;

/** The answers of an ask are laid out as on their own screen, a little lower. */
export const answersSize = ({ columns, rows }: Size): Size => ({ columns, rows: rows - aboveAnswers });
export const lower = <T extends Rect>(at: T): T => ({ ...at, y: at.y + aboveAnswers });

/** Where the question and the names stand. */
export function answersFrame(size: Size): { readonly question: Rect; readonly names: Rect } {
  const { body } = frameOf(size);
  return { question: { ...body, height: 1 }, names: { ...body, y: body.y + 1, height: 1 } };
}

/** The list of whom one may ask and what was asked before. */
export interface AskPage {
  readonly at: Placed;
  readonly models: readonly ModelFacts[];
  readonly past: readonly PastAsk[];
  /** Whom a new question goes to. */
  readonly asked: readonly ModelName[];
  readonly cursor: number;
  readonly lines: readonly Line[];
  /** The first line that is seen. */
  readonly top: number;
}

export function askPage(ui: UiState, { source, size }: World): AskPage {
  const at = logLayout(size);
  const { width, height } = inside(at);
  const models = source.getSnapshot("models", "").models;
  const snapshot = source.getSnapshot("asks", "");
  const past = snapshot.past ?? [];
  const count = models.length + past.length;
  const cursor = Math.max(0, Math.min(ui.ask.cursor, count - 1));
  const asked = models.flatMap(({ name, isAsked }) => (isAsked !== ui.ask.turned.includes(name) ? [name] : []));
  const { now } = source.getSnapshot("clock", "");
  const lines: Line[] = [[span("Whom to ask", "muted"), span(asked.length === 0 ? "  nobody is marked" : "", "warn")]];
  models.forEach((model, index) => lines.push(modelLine(model, asked.includes(model.name), index === cursor, width)));
  lines.push(empty, [span("Asked before", "muted"), span(pastNote(snapshot), "muted")]);
  past.forEach((one, index) => lines.push(pastLine(one, now, models.length + index === cursor, width)));
  const line = cursor < models.length ? 1 + cursor : 3 + cursor;
  return {
    at,
    models,
    past,
    asked,
    cursor,
    lines,
    top: Math.max(0, Math.min(line - height + 2, lines.length - height)),
  };
}

const pastNote = ({ past, running }: AsksSnapshot): string =>
  past === null
    ? "  reading …"
    : `${past.length === 0 ? "  nothing yet in this repository" : ""}${running === 0 ? "" : `  ${counted(running, "ask")} at work`}`;

const marked = (line: Line, isSelected: boolean, columns: number): Line => {
  const shown = fitLine([span(isSelected ? "> " : "  "), ...line], columns);
  return isSelected ? selectLine(shown) : shown;
};

function modelLine(model: ModelFacts, isAsked: boolean, isSelected: boolean, columns: number): Line {
  const rests = model.holds.length > 0 ? "held" : model.breaker?.state === "open" ? "rests" : "";
  return marked(
    [
      span(isAsked ? "[x] " : "[ ] ", isAsked ? "good" : "muted"),
      boldSpan(pad(model.name, 14)),
      span(` ${pad(model.billing, 13)}`, model.billing === "metered" ? "text" : "muted"),
      span(pad(model.adapter, 18), "muted"),
      span(rests, "warn"),
    ],
    isSelected,
    columns,
  );
}

function pastLine({ question, answers, at }: PastAsk, now: number, isSelected: boolean, columns: number): Line {
  const good = answers.filter(({ text }) => text !== null).length;
  const cost = answers.map((one) => one.cost);
  const right: Line = [
    span(`${good} of ${answers.length}`, good === answers.length ? "good" : "warn"),
    span(`  ${cost.length === 0 ? "" : money(cost.reduce(addShownCost))}`),
    span(`  ${age(now - at)} ago `, "muted"),
  ];
  const left = cutLine([span(question)], Math.max(10, columns - 32));
  return marked(spread(left, right, columns - 2), isSelected, columns);
}
