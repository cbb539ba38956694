import { dialogText } from "../layout/dialog-text.ts";
import { inside, rect, type Placed, type Rect, type Size } from "../layout/layout.ts";
import { dialogRect } from "../layout/view-layouts.ts";
import { boldSpan, gap, lineWidth, span, type Line } from "../text/line.ts";
import type { Overlay } from "./ui-state.ts";

export interface ConfirmPage {
  readonly at: Placed;
  readonly lines: readonly Line[];
  /** How much of a long text is to be seen. */
  readonly note: Line;
  /** Where each button is. */
  readonly buttons: readonly Rect[];
}

/** A question with its buttons, side by side where there is room. */
export function confirmPage(size: Size, dialog: Extract<Overlay, { readonly kind: "confirm" }>): ConfirmPage {
  const buttons = dialog.buttons.map(({ label }, index): Line => {
    const isChosen = index === dialog.index;
    return isChosen
      ? [span("[", "accent"), boldSpan(`> ${label} `, "selected"), span("]", "accent")]
      : [span(`[  ${label} ]`, "muted")];
  });
  const { lines: text, width, rows, isAcross } = dialogText(dialog, size);
  const top = dialog.top ?? 0;
  const shown = text.slice(top, top + rows).map((line): Line => [span(line)]);
  const note: Line = text.length > rows ? [span(`${top + shown.length}/${text.length}  PgDn`, "muted")] : [];
  const choices: readonly Line[] = isAcross
    ? [buttons.flatMap((button, index) => (index === 0 ? button : [gap(1), ...button]))]
    : buttons;
  const lines: readonly Line[] = [...shown, [], ...choices];
  const at = dialogRect(size, width, lines.length);
  const { x, y } = inside(at);
  const first = y + shown.length + 1;
  let left = x;
  const places = buttons.map((button, index) => {
    const place = rect(isAcross ? left : x, isAcross ? first : first + index, lineWidth(button), 1);
    left += place.width + 1;
    return place;
  });
  return { at, lines, note, buttons: places };
}
