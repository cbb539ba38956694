import { Box } from "ink";
import type { ReactNode } from "react";

import { rect, type Placed } from "../../src/view/layout/layout.ts";
import { cutLine, gap, lineWidth, span, type Line } from "../../src/view/text/line.ts";
import type { Tone } from "../../src/view/text/state-styles.ts";
import { Lines } from "./Lines.tsx";
import { textStyle, useTheme } from "./theme-context.ts";

interface PanelProps {
  readonly at: Placed;
  readonly title: Line;
  /** At the right end of the title's line. */
  readonly note?: Line;
  readonly tone?: Tone;
  /** The content, placed by the screen's coordinates. */
  readonly children?: ReactNode;
}

const roundBorder = {
  topLeft: "╭",
  top: "─",
  topRight: "╮",
  left: "│",
  bottomLeft: "╰",
  bottom: "─",
  bottomRight: "╯",
  right: "│",
};
const asciiBorder = {
  topLeft: "+",
  top: "-",
  topRight: "+",
  left: "|",
  bottomLeft: "+",
  bottom: "-",
  bottomRight: "+",
  right: "|",
};

/** A rectangle with a title: bordered, or with a rule above, or bare without its title. */
export function Panel({ at, title, note = [], tone = "border", children }: PanelProps) {
  const theme = useTheme();
  if (at.width <= 0 || at.height <= 0) return null;
  const look = textStyle(theme, tone);
  return (
    <>
      {at.style === "box" && (
        <Box
          position="absolute"
          left={at.x}
          top={at.y}
          width={at.width}
          height={at.height}
          borderStyle={theme.glyphs === "ascii" ? asciiBorder : roundBorder}
          {...(look.color === undefined ? {} : { borderColor: look.color })}
          borderDimColor={look.dimColor === true}
        />
      )}
      {at.style !== "bare" && <TitleLine at={at} title={title} note={note} tone={tone} />}
      {children}
    </>
  );
}

/** The title and the note at the right: over the border, or in a rule over the whole width. */
function TitleLine({ at, title, note, tone }: Required<Omit<PanelProps, "children">>) {
  const inner = at.width - 4;
  const right = lineWidth(note) === 0 || lineWidth(note) + 8 > inner ? [] : [gap(1), ...note, gap(1)];
  const room = inner - lineWidth(right) - 3;
  const left = lineWidth(title) === 0 ? [] : [gap(1), ...cutLine(title, Math.max(4, room)), gap(1)];
  const middle = Math.max(0, inner - lineWidth(left) - lineWidth(right));
  if (at.style === "box") {
    return (
      <>
        <Lines at={rect(at.x + 2, at.y, lineWidth(left), 1)} lines={[left]} />
        <Lines at={rect(at.x + 2 + lineWidth(left) + middle, at.y, lineWidth(right), 1)} lines={[right]} />
      </>
    );
  }
  const filled = Math.max(0, at.width - lineWidth(left) - lineWidth(right) - 2);
  return (
    <Lines
      at={rect(at.x, at.y, at.width, 1)}
      lines={[[span("─", tone), ...left, span("─".repeat(filled), tone), ...right, span("─", tone)]]}
    />
  );
}
