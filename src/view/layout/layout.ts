/**
 * From the size of the terminal to rectangles, in cells from the top left. Nothing is measured at run time. Rectangles of one
 * view never overlap and stay inside the screen.
 */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** box: a border around. rule: a title line above and nothing beside. bare: content only. */
export type PanelStyle = "box" | "rule" | "bare";

export interface Placed extends Rect {
  readonly style: PanelStyle;
}

export const leastSize: Size = { columns: 60, rows: 10 };
export const tooSmall = (size: Size): boolean => size.columns < leastSize.columns || size.rows < leastSize.rows;

export const rect = (x: number, y: number, width: number, height: number): Rect => ({
  x,
  y,
  width: Math.max(0, width),
  height: Math.max(0, height),
});
export const placed = (style: PanelStyle, x: number, y: number, width: number, height: number): Placed => ({
  ...rect(x, y, width, height),
  style,
});

/** Where the content of a panel goes. */
export function inside(panel: Placed): Rect {
  if (panel.style === "box") return rect(panel.x + 2, panel.y + 1, panel.width - 4, panel.height - 2);
  return panel.style === "rule" ? rect(panel.x, panel.y + 1, panel.width, panel.height - 1) : panel;
}

/** Lines that every view has. */
export interface Frame {
  readonly header: Rect;
  readonly tabs: Rect;
  readonly body: Rect;
  /** The one thing that needs a person, or what just happened. */
  readonly attention: Rect;
  readonly footer: Rect;
  /** Panels have borders. */
  readonly wide: boolean;
}

export function frameOf({ columns, rows }: Size): Frame {
  return {
    header: rect(0, 0, columns, 1),
    tabs: rect(0, 1, columns, 1),
    body: rect(0, 2, columns, rows - 4),
    attention: rect(0, rows - 2, columns, 1),
    footer: rect(0, rows - 1, columns, 1),
    wide: columns >= 90 && rows >= 20,
  };
}

export type TasksFocus = "list" | "preview" | "events";

export interface TasksLayout {
  /** Why nothing moves, over the whole width; null: something does. */
  readonly why: Rect | null;
  /** What came of the run, in the place of the models. */
  readonly end: Placed | null;
  /** One line of counts, a table, or nothing; panels take its place where there is room. */
  readonly strip: { readonly kind: "counts" | "table"; readonly at: Placed } | null;
  /** One a model, in their order; one row where it has nothing to say. */
  readonly panels: readonly Placed[];
  readonly list: Placed;
  readonly preview: Placed | null;
  readonly events: Placed | null;
}

const widestPreview = 76;
const leastPanel = 38;
/** A table of models has a title, a heading and at most so many rows. */
const stripRows = 4;

export interface TasksFacts {
  readonly models: number;
  /** Which of them have more to say than fits in one row; absent: all. */
  readonly speaking?: readonly boolean[];
  /** There is a line that says why nothing moves; absent: no. */
  readonly why?: boolean;
  /** Lines of what came of the run; absent or 0: it goes on. */
  readonly endLines?: number;
  /** The focused panel alone. */
  readonly zoom: boolean;
  readonly focus: TasksFocus;
}

export function tasksLayout(size: Size, facts: TasksFacts): TasksLayout {
  const { body: whole, wide } = frameOf(size);
  const why = facts.why === true ? rect(whole.x, whole.y, whole.width, 1) : null;
  const body = why === null ? whole : rect(whole.x, whole.y + 1, whole.width, whole.height - 1);
  const none = { why, end: null, strip: null, panels: [], preview: null, events: null };
  if (facts.zoom) {
    const all = placed(wide ? "box" : "rule", body.x, body.y, body.width, body.height);
    const away = placed("bare", 0, 0, 0, 0);
    if (facts.focus === "list") return { ...none, list: all };
    return facts.focus === "preview" ? { ...none, list: away, preview: all } : { ...none, list: away, events: all };
  }
  if (!wide) return { ...none, ...narrowTasks(size, body, facts) };
  const top = topOf(size, body, facts);
  const rest = rect(body.x, body.y + top.height, body.width, body.height - top.height);
  const { end, panels } = top;
  return { ...none, end, panels, ...(size.columns < 120 ? portraitTasks(size, rest) : wideTasks(size, rest)) };
}

type Below = Pick<TasksLayout, "list" | "preview" | "events">;

/** The end of the run where it is over, else the models. */
function topOf(size: Size, body: Rect, facts: TasksFacts): Pick<TasksLayout, "end" | "panels"> & { height: number } {
  const lines = facts.endLines ?? 0;
  if (lines > 0) {
    const height = Math.min(lines + 2, Math.floor(body.height / 2));
    return { end: placed("box", body.x, body.y, body.width, height), panels: [], height };
  }
  return { end: null, ...panelGrid(body, facts, perRowOf(size.columns, facts.models), size.rows) };
}

/** Panels side by side: a row less of them where they may be a little narrower for it, and all rows equally full. */
function perRowOf(columns: number, models: number): number {
  const usual = columns < 120 ? 2 : columns < 200 ? 3 : Math.min(6, Math.floor(columns / 48));
  const most = Math.max(usual, Math.min(6, Math.floor(columns / leastPanel)));
  return Math.ceil(models / Math.ceil(models / most));
}

/** Below 90 columns or 20 rows: no borders, everything over the whole width. */
function narrowTasks({ rows }: Size, body: Rect, facts: TasksFacts): Below & Pick<TasksLayout, "strip" | "end"> {
  const bottom = body.y + body.height;
  let top = body.y;
  let strip: TasksLayout["strip"] = null;
  let end: TasksLayout["end"] = null;
  const lines = facts.endLines ?? 0;
  if (lines > 0 && rows >= 14) {
    const height = Math.min(lines + 1, Math.floor(body.height / 2));
    end = placed("rule", 0, top, body.width, height);
    top += height;
  } else if (rows >= 20 && facts.models > 0) {
    const height = 2 + Math.min(facts.models, stripRows);
    strip = { kind: "table", at: placed("rule", 0, top, body.width, height) };
    top += height;
  } else if (rows >= 14 && facts.why !== true) {
    strip = { kind: "counts", at: placed("bare", 0, top, body.width, 1) };
    top += 1;
  }
  const eventsHeight = rows >= 34 ? Math.min(9, Math.floor(body.height / 4)) : 0;
  const listHeight = bottom - top - eventsHeight;
  return {
    strip,
    end,
    list: placed(rows < 14 ? "bare" : "rule", 0, top, body.width, listHeight),
    preview: null,
    events: eventsHeight === 0 ? null : placed("rule", 0, top + listHeight, body.width, eventsHeight),
  };
}

/** 90 to 119 columns: the preview below the list. */
function portraitTasks({ rows }: Size, { x, y, width, height }: Rect): Below {
  const eventsHeight = rows >= 36 ? 5 : 0;
  const previewHeight = height - eventsHeight >= 22 ? Math.floor((height - eventsHeight) * 0.4) : 0;
  const listHeight = height - eventsHeight - previewHeight;
  return {
    list: placed("box", x, y, width, listHeight),
    preview: previewHeight === 0 ? null : placed("box", x, y + listHeight, width, previewHeight),
    events: eventsHeight === 0 ? null : placed("box", x, y + listHeight + previewHeight, width, eventsHeight),
  };
}

/** From 120 columns: list and preview side by side, events below or as a third column. */
function wideTasks({ columns, rows }: Size, { x, y, height }: Rect): Below {
  const third = columns >= 240 && rows >= 40;
  const eventsHeight = third || rows < 36 ? 0 : rows >= 60 ? 9 : 5;
  const mainHeight = height - eventsHeight;
  const eventsWidth = third ? Math.min(120, Math.floor(columns * 0.32)) : 0;
  const previewWidth = Math.min(widestPreview, Math.floor(columns * 0.37));
  const listWidth = columns - previewWidth - eventsWidth;
  const below = eventsHeight === 0 ? null : placed("box", x, y + mainHeight, columns, eventsHeight);
  return {
    list: placed("box", x, y, listWidth, mainHeight),
    preview: placed("box", listWidth, y, previewWidth, mainHeight),
    events: third ? placed("box", listWidth + previewWidth, y, eventsWidth, mainHeight) : below,
  };
}

/**
 * Rows of panels over at most two fifths of the body, each model in its place: one that has nothing to say takes one row, and so does
 * a row of such. More models than places: the last place is for the rest.
 */
function panelGrid(
  body: Rect,
  { models, speaking }: TasksFacts,
  perRow: number,
  rows: number,
): { readonly panels: readonly Placed[]; readonly height: number } {
  if (models === 0) return { panels: [], height: 0 };
  const tall = rows >= 60 ? 8 : rows >= 40 ? 6 : 5;
  const across = Math.min(perRow, models);
  const speaks = (index: number): boolean => speaking?.[index] ?? speaking === undefined;
  const heightOf = (row: number): number =>
    Array.from({ length: across }, (_, column) => row * across + column).some(
      (index) => index < models && speaks(index),
    )
      ? tall
      : 1;
  const panels: Placed[] = [];
  let height = 0;
  for (let row = 0; row * across < models; row += 1) {
    const least = heightOf(row);
    // The last row there is room for may have to name all the others.
    const isLast = (row + 1) * across < models && height + least + heightOf(row + 1) > body.height * 0.4;
    const own = isLast ? tall : least;
    for (let column = 0; column < across && row * across + column < models; column += 1) {
      const x = Math.floor((body.width * column) / across);
      const next = Math.floor((body.width * (column + 1)) / across);
      const isRest = isLast && column === across - 1;
      const at = { x: body.x + x, y: body.y + height, width: next - x };
      panels.push(
        isRest || speaks(row * across + column)
          ? placed("box", at.x, at.y, at.width, own)
          : placed("rule", at.x, at.y, at.width, 1),
      );
    }
    height += own;
    if (isLast) break;
  }
  return { panels, height };
}
