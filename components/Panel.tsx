import { Box } from "ink";
import type { ReactNode } from "react";

import type { Placed } from "../src/view/layout.ts";
import { cutLine, fitLine, gap, lineWidth, say, type Line } from "../src/view/line.ts";
import type { Tone } from "../src/view/look.ts";
import { Lines } from "./Lines.tsx";
import { textLook, useTheme } from "./theme-context.ts";

interface PanelProps {
  readonly at: Placed;
  readonly title: Line;
  /** At the right end of the title's line. */
  readonly note?: Line;
  readonly tone?: Tone;
  /** The content, placed by the screen's coordinates. */
  readonly children?: ReactNode;
}

const asciiBorder = { topLeft: "+", top: "-", topRight: "+", left: "|", bottomLeft: "+", bottom: "-", bottomRight: "+", right: "|" };

/** A rectangle with a title: bordered, or with a rule above, or bare without its title. */
export function Panel({ at, title, note = [], tone = "border", children }: PanelProps) {
  const theme = useTheme();
  if (at.width <= 0 || at.height <= 0) return null;
  const look = textLook(theme, tone);
  return (
    <>
      {at.style === "box" && (
        <Box
          position="absolute"
          left={at.x}
          top={at.y}
          width={at.width}
          height={at.height}
          borderStyle={theme.glyphs === "ascii" ? asciiBorder : "round"}
          {...(look.color === undefined ? {} : { borderColor: look.color })}
          borderDimColor={look.dimColor === true}
        />
      )}
      {at.style !== "bare" && <TitleLine at={at} title={title} note={note} tone={tone} />}
      {children}
    </>
  );
}

/** The title on the upper border, or as a rule over the whole width. */
function TitleLine({ at, title, note, tone }: Required<Omit<PanelProps, "children">>) {
  const inner = at.style === "box" ? at.width - 4 : at.width - 2;
  const room = inner - (lineWidth(note) === 0 ? 0 : lineWidth(note) + 3);
  const name = lineWidth(title) === 0 ? [] : [gap(1), ...cutLine(title, Math.max(4, room - 2)), gap(1)];
  const right = lineWidth(note) === 0 || room < 8 ? [] : [gap(1), ...note, gap(1)];
  const middle = Math.max(0, inner - lineWidth(name) - lineWidth(right));
  const line = fitLine([...name, say("─".repeat(middle), tone), ...right], inner);
  const whole: Line = at.style === "box" ? line : [say("─", tone), ...line, say("─", tone)];
  const x = at.style === "box" ? at.x + 2 : at.x;
  return <Lines at={{ x, y: at.y, width: at.style === "box" ? inner : at.width, height: 1 }} lines={[whole]} />;
}
