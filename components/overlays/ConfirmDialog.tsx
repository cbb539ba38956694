import type { Size } from "../../src/view/layout/layout.ts";
import { dialogRect } from "../../src/view/layout/view-layouts.ts";
import type { Overlay } from "../../src/view/screen/ui-state.ts";
import { clean } from "../../src/view/text/clean.ts";
import { gap, span, boldSpan, type Line } from "../../src/view/text/line.ts";
import { displayWidth, wrap } from "../../src/view/text/width.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface ConfirmDialogProps {
  readonly size: Size;
  readonly dialog: Extract<Overlay, { readonly kind: "confirm" }>;
}

const widest = 72;

/** A question with buttons; the safe one is chosen at first. */
export function ConfirmDialog({ size, dialog }: ConfirmDialogProps) {
  const buttons = dialog.buttons.map(({ label }, index): Line => {
    const isChosen = index === dialog.index;
    return isChosen
      ? [span("[", "accent"), boldSpan(`> ${label} `, "selected"), span("]", "accent")]
      : [span(`[  ${label} ]`, "muted")];
  });
  const width = Math.min(widest, size.columns - 6);
  const across = dialog.buttons.reduce((sum, { label }) => sum + displayWidth(clean(label)) + 6, -1);
  const text = dialog.lines
    .flatMap((line) => wrap(clean(line, { lines: true }), width, 8))
    .map((line): Line => [span(line)]);
  const choices: readonly Line[] =
    across <= width ? [buttons.flatMap((button, index) => (index === 0 ? button : [gap(1), ...button]))] : buttons;
  const lines: readonly Line[] = [...text, [], ...choices];
  return <Sheet at={dialogRect(size, width, lines.length)} title={dialog.title} tone="warn" lines={lines} />;
}
