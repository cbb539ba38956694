import { frameOf, inside, placed, rect, type Placed, type Rect, type Size } from "./layout.ts";

/** Rectangles of the views beside Tasks, and of what lies over them. */
export interface ReviewLayout {
  readonly question: Placed;
  readonly sections: Rect;
  readonly queue: Placed | null;
  readonly side: Placed | null;
  readonly main: Placed;
}

/** How many lines of the question's panel may say what was asked for before. */
export const requestRows = (size: Size): number => (size.rows < 18 ? 0 : size.rows < 32 ? 1 : 3);

/** How many lines the question's panel has at most: the evidence needs the room, and the facts say all of it. */
export const questionRows = ({ rows }: Size): number =>
  rows < 16 ? 1 : rows < 20 ? 3 : rows < 28 ? 5 : rows < 40 ? 6 : rows < 60 ? 7 : 12;

/** Two sides of a diff beside each other need the width of what else would stand beside it. */
const leastBeside = 180;

/**
 * `questionLines`: how many lines the question's text takes at that width; `queued`: how many questions wait; `beside`: two sides of a
 * diff need the width; `hasSide`: files or comments stand beside.
 */
export function reviewLayout(
  size: Size,
  facts: {
    readonly questionLines: number;
    readonly queued: number;
    readonly beside?: boolean;
    readonly hasSide?: boolean;
  },
): ReviewLayout {
  const { body, wide } = frameOf(size);
  const text = Math.max(1, Math.min(facts.questionLines, questionRows(size)));
  const frame = wide ? 2 : 1;
  const question = placed(wide ? "box" : "rule", body.x, body.y, body.width, text + frame);
  const sections = rect(body.x, body.y + question.height, body.width, 1);
  const top = sections.y + 1;
  const left = body.y + body.height - top;
  const hasSide = wide && size.columns >= (facts.beside === true ? leastBeside : 100);
  const sideWidth = hasSide ? Math.min(44, Math.max(30, Math.floor(size.columns * 0.25))) : 0;
  const least = Math.min(Math.max(3, facts.queued + 2), Math.max(4, Math.floor(left / 3)));
  // Where nothing is to be said beside, the queue has it all.
  const queueHeight = sideWidth === 0 ? 0 : facts.hasSide === false ? left : least;
  return {
    question,
    sections,
    queue: sideWidth === 0 ? null : placed("box", body.x, top, sideWidth, queueHeight),
    side:
      sideWidth === 0 || queueHeight === left
        ? null
        : placed("box", body.x, top + queueHeight, sideWidth, left - queueHeight),
    main: placed(
      wide ? "box" : size.rows < 16 ? "bare" : "rule",
      body.x + sideWidth,
      top,
      body.width - sideWidth,
      left,
    ),
  };
}

export interface DetailLayout {
  readonly side: Placed | null;
  readonly main: Placed;
}

export function detailLayout(size: Size): DetailLayout {
  const { body, wide } = frameOf(size);
  const sideWidth = wide && size.columns >= 100 ? Math.min(60, Math.floor(size.columns * 0.36)) : 0;
  return {
    side: sideWidth === 0 ? null : placed("box", body.x, body.y, sideWidth, body.height),
    main: placed(wide ? "box" : "rule", body.x + sideWidth, body.y, body.width - sideWidth, body.height),
  };
}

export interface ModelsLayout {
  readonly list: Placed;
  readonly detail: Placed | null;
}

export function modelsLayout(size: Size, models: number): ModelsLayout {
  const { body, wide } = frameOf(size);
  const style = wide ? "box" : "rule";
  const needed = models + (wide ? 3 : 2);
  const detailHeight = size.rows < 18 ? 0 : Math.max(8, body.height - needed);
  const listHeight = body.height - detailHeight;
  return {
    list: placed(style, body.x, body.y, body.width, listHeight),
    detail: detailHeight === 0 ? null : placed(style, body.x, body.y + listHeight, body.width, detailHeight),
  };
}

export function logLayout(size: Size): Placed {
  const { body, wide } = frameOf(size);
  return placed(wide ? "box" : "rule", body.x, body.y, body.width, body.height);
}

/** A dialog of so many lines of content in the middle, as large as fits. */
export function dialogRect(size: Size, width: number, lines: number): Placed {
  const across = Math.min(size.columns, width + 4);
  const down = Math.min(size.rows - 2, lines + 2);
  return placed(
    "box",
    Math.floor((size.columns - across) / 2),
    Math.max(0, Math.floor((size.rows - down) / 2)),
    across,
    down,
  );
}

/** A sheet over the whole width above the footer, for text a person writes. */
export function sheetRect(size: Size, lines: number): Placed {
  const height = Math.min(size.rows - 3, lines + 2);
  return placed("box", 0, size.rows - 1 - height, size.columns, height);
}

/** Help takes the height of the screen, and where there is room the width of two columns. */
export const helpRect = (size: Size): Placed =>
  dialogRect(
    size,
    size.columns < 100 ? size.columns : size.columns < 120 ? 76 : Math.min(150, size.columns - 8),
    size.rows,
  );

/** A list one types into: its sheet, its rows below the line and the rule, and the first entry that is seen. */
export function paletteLayout(
  size: Size,
  count: number,
  index: number,
): { readonly at: Placed; readonly rows: Rect; readonly top: number } {
  const at = dialogRect(size, Math.min(76, size.columns - 6), Math.min(Math.max(count, 3) + 2, 18));
  const content = inside(at);
  const rows = rect(content.x, content.y + 2, content.width, content.height - 2);
  return { at, rows, top: Math.max(0, Math.min(index - rows.height + 1, count - rows.height)) };
}
