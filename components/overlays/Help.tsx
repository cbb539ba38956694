import type { KeyContext } from "../../src/view/keys/command-spec.ts";
import { helpPage } from "../../src/view/keys/palette.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import { scrollable, slice } from "../../src/view/layout/scrollable.ts";
import { helpRect } from "../../src/view/layout/view-layouts.ts";
import type { Overlay } from "../../src/view/screen/ui-state.ts";
import { span } from "../../src/view/text/line.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface HelpProps {
  readonly size: Size;
  readonly context: KeyContext;
  readonly overlay: Extract<Overlay, { readonly kind: "help" }>;
}

/** Every key, those that are valid here first; with a search only those that have its words. */
export function Help({ size, context, overlay }: HelpProps) {
  const { lines: all, height, find } = helpPage(context, size, overlay);
  const lines = scrollable(all);
  const shown = slice(lines, overlay.top, height);
  const last = Math.min(lines.count, overlay.top + height);
  return (
    <Sheet
      at={helpRect(size)}
      title="Help"
      note={[span(`${last}/${lines.count}`, "muted")]}
      lines={find === null ? shown : [find, ...shown]}
    />
  );
}
