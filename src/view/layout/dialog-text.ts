import type { Overlay } from "../screen/ui-state.ts";
import { clean } from "../text/clean.ts";
import { displayWidth, wrap } from "../text/width.ts";
import type { Size } from "./layout.ts";

type Dialog = Extract<Overlay, { readonly kind: "confirm" }>;

const widest = 72;

/** The lines of a dialog at its width, and how many of them are seen at once above its buttons. */
export function dialogText(
  dialog: Dialog,
  size: Size,
): { readonly lines: readonly string[]; readonly width: number; readonly rows: number; readonly isAcross: boolean } {
  const width = Math.min(widest, size.columns - 6);
  const across = dialog.buttons.reduce((sum, { label }) => sum + displayWidth(clean(label)) + 6, -1);
  const isAcross = across <= width;
  const lines = dialog.lines.flatMap((line) => wrap(clean(line, { lines: true }), width, 8));
  const room = size.rows - 4 - 1 - (isAcross ? 1 : dialog.buttons.length);
  return { lines, width, isAcross, rows: Math.max(1, Math.min(lines.length, room)) };
}
