import type { KeyContext } from "../../src/view/keys/command-spec.ts";
import { helpLines } from "../../src/view/keys/palette.ts";
import { inside, type Size } from "../../src/view/layout/layout.ts";
import { scrollable, slice } from "../../src/view/layout/scrollable.ts";
import { helpRect } from "../../src/view/layout/view-layouts.ts";
import { span } from "../../src/view/text/line.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface HelpProps {
  readonly size: Size;
  readonly context: KeyContext;
  readonly top: number;
}

/** Every key, those that are valid here first. */
export function Help({ size, context, top }: HelpProps) {
  const at = helpRect(size);
  const content = inside(at);
  const lines = scrollable(helpLines(context, content.width));
  const last = Math.min(lines.count, top + content.height);
  return (
    <Sheet
      at={at}
      title="Help"
      note={[span(`${last}/${lines.count}`, "muted")]}
      lines={slice(lines, top, content.height)}
    />
  );
}
