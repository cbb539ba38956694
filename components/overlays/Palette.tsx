import type { PaletteItem } from "../../src/view/keys/palette.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import { paletteLayout } from "../../src/view/layout/view-layouts.ts";
import { inputLine } from "../../src/view/text/editor-lines.ts";
import { boldSpan, fitLine, span, selectLine, spread, type Line } from "../../src/view/text/line.ts";
import type { TextEdit } from "../../src/view/text/text-edit.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface PaletteProps {
  readonly size: Size;
  readonly title: string;
  readonly edit: TextEdit;
  readonly items: readonly PaletteItem[];
  readonly index: number;
}

/** A list one types into: commands, models, points to go back to. */
export function Palette({ size, title, edit, items, index }: PaletteProps) {
  const { at, rows, top } = paletteLayout(size, items.length, index);
  const { width } = rows;
  const lines = items.slice(top, top + rows.height).map((item, slot): Line => {
    const isChosen = top + slot === index;
    const line = fitLine(
      spread(
        [span(isChosen ? "> " : item.recent === true ? "• " : "  "), ...marked(item)],
        [span(item.note, "muted")],
        width,
      ),
      width,
    );
    return isChosen ? selectLine(line) : line;
  });
  const shown: readonly Line[] = [
    inputLine("› ", edit, width, "type to narrow down"),
    [span("─".repeat(width), "border")],
    ...lines,
  ];
  return (
    <Sheet at={at} title={title} lines={items.length === 0 ? [...shown, [span("  nothing fits", "muted")]] : shown} />
  );
}

/** The label with the letters that were typed in a look of their own. */
function marked({ label, hits = [] }: PaletteItem): Line {
  if (hits.length === 0) return [span(label)];
  const found = new Set(hits);
  return label.split("").map((letter, index) => (found.has(index) ? boldSpan(letter, "accent") : span(letter)));
}
