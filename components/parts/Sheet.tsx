import { inside, type Placed } from "../../src/view/layout/layout.ts";
import { fillLines, gap, span, type Line } from "../../src/view/text/line.ts";
import type { Tone } from "../../src/view/text/state-styles.ts";
import { Lines } from "./Lines.tsx";
import { Panel } from "./Panel.tsx";

interface SheetProps {
  readonly at: Placed;
  readonly title: string;
  readonly note?: Line;
  readonly tone?: Tone;
  readonly lines: readonly Line[];
}

/** A panel that lies over the view and covers it. */
export function Sheet({ at, title, note = [], tone = "accent", lines }: SheetProps) {
  const content = inside(at);
  const covered = { x: content.x - 1, y: content.y, width: content.width + 2, height: content.height };
  const filled = fillLines(lines, content.width, content.height).map((line): Line => [gap(1), ...line, gap(1)]);
  return (
    <Panel at={at} title={[span(title, "title")]} note={note} tone={tone}>
      <Lines at={covered} lines={filled} />
    </Panel>
  );
}
