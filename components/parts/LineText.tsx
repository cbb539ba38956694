import { Text } from "ink";
import { memo } from "react";

import { merged, sameLine, type Line } from "../../src/view/text/line.ts";
import { shownText, textStyle, useTheme } from "./theme-context.ts";

interface LineTextProps {
  readonly line: Line;
}

function DrawnLine({ line }: LineTextProps) {
  const theme = useTheme();
  const spans = merged(line);
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
