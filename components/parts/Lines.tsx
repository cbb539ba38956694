import { Box } from "ink";

import type { Rect } from "../../src/view/layout/layout.ts";
import { cutLine, type Line } from "../../src/view/text/line.ts";
import { LineText } from "./LineText.tsx";

interface LinesProps {
  readonly at: Rect;
  readonly lines: readonly Line[];
}

/** Lines in a rectangle of the screen, keyed by slot; what does not fit is not drawn. */
export function Lines({ at, lines }: LinesProps) {
  if (at.width <= 0 || at.height <= 0) return null;
  return (
    <Box position="absolute" left={at.x} top={at.y} width={at.width} height={at.height} flexDirection="column">
      {lines.slice(0, at.height).map((line, slot) => (
        <LineText key={slot} line={cutLine(line, at.width)} />
      ))}
    </Box>
  );
}
