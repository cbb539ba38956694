import { clamp } from "../layout/list-window.ts";
import { clean } from "./clean.ts";
import { empty, span, withCursor, type Line } from "./line.ts";
import { cursorLine, visualLines, type TextEdit } from "./text-edit.ts";
import { displayWidth, truncateStart } from "./width.ts";

/** A text under the cursor as lines, scrolled so that the cursor is in sight. */
export function editorLines(edit: TextEdit, columns: number, rows: number, placeholder: string): readonly Line[] {
  if (edit.text === "") return [[...withCursor("", 0), span(placeholder, "muted")]];
  const lines = visualLines(edit.text, columns - 1);
  const here = cursorLine(lines, edit.cursor);
  const top = clamp(here - rows + 1, 0, Math.max(0, lines.length - rows));
  return lines.slice(top, top + rows).map(({ start, end }, slot): Line => {
    const text = edit.text.slice(start, end);
    return top + slot === here ? withCursor(text, edit.cursor - start) : text === "" ? empty : [span(text)];
  });
}

/** A single line under the cursor; of a long one the part before the cursor keeps its end. */
export function inputLine(label: string, edit: TextEdit, columns: number, placeholder = ""): Line {
  const head: Line = [span(label, "accent")];
  if (edit.text === "") return [...head, ...withCursor("", 0), span(placeholder, "muted")];
  const room = columns - displayWidth(label) - 2;
  const before = clean(edit.text.slice(0, edit.cursor));
  if (displayWidth(before) < room) return [...head, ...withCursor(edit.text, edit.cursor)];
  const kept = truncateStart(before, room - 4);
  return [...head, ...withCursor(kept + edit.text.slice(edit.cursor), kept.length)];
}

/** The rows an editor of this text wants, between three and a third of the screen. */
export const editorRows = (edit: TextEdit, columns: number, screenRows: number): number =>
  clamp(visualLines(edit.text, columns - 1).length + 1, 3, Math.max(3, Math.floor(screenRows / 3)));
