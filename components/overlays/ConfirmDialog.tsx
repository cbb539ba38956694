import type { Size } from "../../src/view/layout/layout.ts";
import { dialogText } from "../../src/view/layout/dialog-text.ts";
import { dialogRect } from "../../src/view/layout/view-layouts.ts";
import type { Overlay } from "../../src/view/screen/ui-state.ts";
import { gap, span, boldSpan, type Line } from "../../src/view/text/line.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface ConfirmDialogProps {
  readonly size: Size;
  readonly dialog: Extract<Overlay, { readonly kind: "confirm" }>;
}

/** A question with buttons; the safe one is chosen at first. */
export function ConfirmDialog({ size, dialog }: ConfirmDialogProps) {
  const buttons = dialog.buttons.map(({ label }, index): Line => {
    const isChosen = index === dialog.index;
    return isChosen
      ? [span("[", "accent"), boldSpan(`> ${label} `, "selected"), span("]", "accent")]
      : [span(`[  ${label} ]`, "muted")];
  });
  const { lines, width, rows, isAcross } = dialogText(dialog, size);
  const top = dialog.top ?? 0;
  const shown = lines.slice(top, top + rows).map((line): Line => [span(line)]);
  const more: Line = lines.length > rows ? [span(`${top + shown.length}/${lines.length}  PgDn`, "muted")] : [];
  const choices: readonly Line[] = isAcross
    ? [buttons.flatMap((button, index) => (index === 0 ? button : [gap(1), ...button]))]
    : buttons;
  const content: readonly Line[] = [...shown, [], ...choices];
  return (
    <Sheet at={dialogRect(size, width, content.length)} title={dialog.title} note={more} tone="warn" lines={content} />
  );
}
