import { Text, Transform } from "ink";
import { memo, useContext } from "react";

import { lineText, merged, sameLine, type Line } from "../../src/view/text/line.ts";
import { DrawsCells, transformOf } from "./line-cells.ts";
import { shownText, textStyle, useTheme } from "./theme-context.ts";

interface LineTextProps {
  readonly line: Line;
}

function DrawnLine({ line }: LineTextProps) {
  const theme = useTheme();
  const isCells = useContext(DrawsCells);
  const spans = merged(line);
  if (isCells) {
    const text = shownText(theme, lineText(spans));
    return <Transform transform={transformOf(theme, spans)}>{text === "" ? " " : text}</Transform>;
  }
  if (spans.length === 0) return <Text> </Text>;
  return (
    <Text wrap="truncate">
      {spans.map(({ text, tone, bold }, index) => (
        <Text key={index} {...textStyle(theme, tone, bold)}>
          {shownText(theme, text)}
        </Text>
      ))}
    </Text>
  );
}

/** One line of one cell's height. It draws anew only when its cells change, so lists key it by slot. */
export const LineText = memo(DrawnLine, (before, after) => sameLine(before.line, after.line));
