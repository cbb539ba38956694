import { Box, Text } from "ink";
import Spinner from "ink-spinner";

import type { Rect } from "../../src/view/layout/layout.ts";
import { shownText, textStyle, useTheme } from "./theme-context.ts";

interface WaitingProps {
  readonly at: Rect;
  readonly text: string;
}

/** For a wait that ends once, such as reading a diff; what goes on for long turns by the shared clock. */
export function Waiting({ at, text }: WaitingProps) {
  const theme = useTheme();
  return (
    <Box position="absolute" left={at.x} top={at.y} width={at.width} height={1}>
      <Text {...textStyle(theme, "muted")} wrap="truncate">
        {theme.motion ? <Spinner type={theme.glyphs === "ascii" ? "line" : "dots"} /> : shownText(theme, "…")} {text}
      </Text>
    </Box>
  );
}
