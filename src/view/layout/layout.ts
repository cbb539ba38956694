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
  /** One line of counts, a table, or nothing; panels take its place where there is room. */
  readonly strip: { readonly kind: "counts" | "table"; readonly at: Placed } | null;
  readonly panels: readonly Placed[];
  readonly list: Placed;
  readonly preview: Placed | null;
  readonly events: Placed | null;
}

const widestPreview = 76;
/** A table of models has a title, a heading and at most so many rows. */
const stripRows = 4;

export interface TasksFacts {
  readonly models: number;
  /** The focused panel alone. */
  readonly zoom: boolean;
  readonly focus: TasksFocus;
}

export function tasksLayout(size: Size, facts: TasksFacts): TasksLayout {
  const { body, wide } = frameOf(size);
  const none = { strip: null, panels: [], preview: null, events: null };
  if (facts.zoom) {
    const all = placed(wide ? "box" : "rule", body.x, body.y, body.width, body.height);
    const away = placed("bare", 0, 0, 0, 0);
    if (facts.focus === "list") return { ...none, list: all };
    return facts.focus === "preview" ? { ...none, list: away, preview: all } : { ...none, list: away, events: all };
  }
  if (!wide) return narrowTasks(size, body, facts.models);
  return size.columns < 120 ? portraitTasks(size, body, facts.models) : wideTasks(size, body, facts.models);
}

/** Below 90 columns or 20 rows: no borders, everything over the whole width. */
function narrowTasks({ rows }: Size, body: Rect, models: number): TasksLayout {
  const bottom = body.y + body.height;
  let top = body.y;
  let strip: TasksLayout["strip"] = null;
  if (rows >= 20 && models > 0) {
    const height = 2 + Math.min(models, stripRows);
    strip = { kind: "table", at: placed("rule", 0, top, body.width, height) };
    top += height;
  } else if (rows >= 14) {
    strip = { kind: "counts", at: placed("bare", 0, top, body.width, 1) };
    top += 1;
  }
  const eventsHeight = rows >= 34 ? Math.min(9, Math.floor(body.height / 4)) : 0;
  const listHeight = bottom - top - eventsHeight;
  return {
    strip,
    panels: [],
    list: placed(rows < 14 ? "bare" : "rule", 0, top, body.width, listHeight),
    preview: null,
    events: eventsHeight === 0 ? null : placed("rule", 0, top + listHeight, body.width, eventsHeight),
  };
}

/** 90 to 119 columns: two panels a row, the preview below the list. */
function portraitTasks({ rows }: Size, body: Rect, models: number): TasksLayout {
  const { panels, height } = panelGrid(body, models, 2, rows);
  const top = body.y + height;
  const left = body.height - height;
  const eventsHeight = rows >= 30 ? 5 : 0;
  const previewHeight = left - eventsHeight >= 22 ? Math.floor((left - eventsHeight) * 0.4) : 0;
  const listHeight = left - eventsHeight - previewHeight;
  return {
    strip: null,
    panels,
    list: placed("box", 0, top, body.width, listHeight),
    preview: previewHeight === 0 ? null : placed("box", 0, top + listHeight, body.width, previewHeight),
    events: eventsHeight === 0 ? null : placed("box", 0, top + listHeight + previewHeight, body.width, eventsHeight),
  };
}

/** From 120 columns: three panels a row or more, list and preview side by side, events below or as a third column. */
function wideTasks({ columns, rows }: Size, body: Rect, models: number): TasksLayout {
  const perRow = columns < 200 ? 3 : Math.min(6, Math.floor(columns / 48));
  const { panels, height } = panelGrid(body, models, perRow, rows);
  const top = body.y + height;
  const left = body.height - height;
  const third = columns >= 240 && rows >= 40;
  const eventsHeight = third || rows < 30 ? 0 : rows >= 60 ? 9 : 5;
  const mainHeight = left - eventsHeight;
  const eventsWidth = third ? Math.min(120, Math.floor(columns * 0.32)) : 0;
  const previewWidth = Math.min(widestPreview, Math.floor(columns * 0.37));
  const listWidth = columns - previewWidth - eventsWidth;
  return {
    strip: null,
    panels,
    list: placed("box", 0, top, listWidth, mainHeight),
    preview: placed("box", listWidth, top, previewWidth, mainHeight),
    events: third
      ? placed("box", listWidth + previewWidth, top, eventsWidth, mainHeight)
      : eventsHeight === 0
        ? null
        : placed("box", 0, top + mainHeight, columns, eventsHeight),
  };
}

/** Rows of equal panels over at most two fifths of the body; more models than places: the last place is for the rest. */
function panelGrid(
  body: Rect,
  models: number,
  perRow: number,
  rows: number,
): { readonly panels: readonly Placed[]; readonly height: number } {
  if (models === 0) return { panels: [], height: 0 };
  const height = rows >= 60 ? 12 : rows >= 40 ? 7 : 5;
  const mostRows = Math.max(1, Math.floor((body.height * 0.4) / height));
  const across = Math.min(perRow, models);
  const down = Math.min(mostRows, Math.ceil(models / across));
  const panels: Placed[] = [];
  for (let index = 0; index < Math.min(models, across * down); index += 1) {
    const column = index % across;
    const x = Math.floor((body.width * column) / across);
    const next = Math.floor((body.width * (column + 1)) / across);
    panels.push(placed("box", body.x + x, body.y + Math.floor(index / across) * height, next - x, height));
  }
  return { panels, height: down * height };
}
