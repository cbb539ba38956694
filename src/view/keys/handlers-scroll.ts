import { dialogText } from "../layout/dialog-text.ts";
import { inside } from "../layout/layout.ts";
import { clamp } from "../layout/list-window.ts";
import { helpRect } from "../layout/view-layouts.ts";
import { keyContext, viewPlace, type World } from "../screen/screen-model.ts";
import { opened, put, stay, type Overlay, type Step, type UiState } from "../screen/ui-state.ts";
import { wrappedRows } from "../text/code-rows.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { helpPage } from "./palette.ts";

/** What keys do while something lies over the view: editor, line, list of choices, dialog, help. */
export type OverlayHandler = (ui: UiState, world: World, overlay: Overlay) => Step;

export const scrollDialog =
  (to: (top: number, rows: number) => number): OverlayHandler =>
  (ui, world, overlay) => {
    if (overlay.kind !== "confirm") return stay(ui);
    const { lines, rows } = dialogText(overlay, world.size);
    const top = clamp(to(overlay.top ?? 0, rows), 0, Math.max(0, lines.length - rows));
    return stay(put(ui, { ...overlay, top }));
  };

/** What a pager would have shown, in a view of our own. */
export const ownPager = (ui: UiState, title: string, text: string): Step =>
  stay(opened(ui, { kind: "text", title, text, top: 0 }));

/** Wrapped to a width, with nothing cut off. */
export const textLines = memoizeLast((text: string, columns: number): readonly string[] =>
  text
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const rows = wrappedRows(line, columns);
      return Array.from({ length: rows.count }, (_, row) =>
        rows
          .row(row)
          .map((cell) => cell.text)
          .join(""),
      );
    }),
);

export const scrollHelp =
  (to: (top: number, height: number) => number): OverlayHandler =>
  (ui, world, overlay) => {
    if (overlay.kind !== "help" && overlay.kind !== "text") return stay(ui);
    const content = inside(helpRect(world.size));
    const page =
      overlay.kind === "help"
        ? helpPage(keyContext(ui, world, viewPlace(ui)), world.size, overlay)
        : { lines: textLines(overlay.text, content.width), height: content.height };
    const last = Math.max(0, page.lines.length - page.height);
    return stay(put(ui, { ...overlay, top: clamp(to(overlay.top, page.height), 0, last) }));
  };
