import { Box } from "ink";
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from "react";

import type { OwnKeys } from "../src/view/keys/command-spec.ts";
import { paste, handleKey } from "../src/view/keys/handle-key.ts";
import { handleMouse } from "../src/view/keys/handle-mouse.ts";
import type { MouseReport } from "../src/view/keys/mouse-report.ts";
import type { KeyPress } from "../src/view/keys/keys.ts";
import { answeredOutside } from "../src/view/keys/handlers-overlays.ts";
import { leastSize, rect, tooSmall, type Size } from "../src/view/layout/layout.ts";
import { runLineFacts } from "../src/view/screen/run-facts.ts";
import { tinyLine } from "../src/view/screen/run-line.ts";
import type { SendCommand } from "../src/view/screen/screen-command.ts";
import type { World } from "../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../src/view/screen/screen-source.ts";
import { initialUi, type Step, type UiState } from "../src/view/screen/ui-state.ts";
import type { Theme } from "../src/view/text/theme.ts";
import { AskView } from "./ask/AskView.tsx";
import { Footer } from "./Footer.tsx";
import { Header } from "./Header.tsx";
import { LogView } from "./log/LogView.tsx";
import { ModelsView } from "./models/ModelsView.tsx";
import { Overlays } from "./overlays/Overlays.tsx";
import { KeysContext } from "./parts/keys-context.ts";
import { Lines } from "./parts/Lines.tsx";
import { ThemeContext } from "./parts/theme-context.ts";
import { useKeys } from "./parts/use-keys.ts";
import { useSlice } from "./parts/use-slice.ts";
import { ReviewView } from "./review/ReviewView.tsx";
import { StatsView } from "./stats/StatsView.tsx";
import { TaskDetail } from "./tasks/TaskDetail.tsx";
import { TasksView } from "./tasks/TasksView.tsx";

export interface AppProps {
  readonly source: ScreenSource;
  readonly send: SendCommand;
  readonly size: Size;
  readonly theme: Theme;
  /** Keys of the person's own; absent: the usual ones. */
  readonly keys?: OwnKeys;
  /** Tells what the mouse does; returns the way to stop. */
  readonly mouse?: (listener: (event: MouseReport) => void) => () => void;
  /** Where the screen opens: `review` for the command of that name. */
  readonly initial?: Partial<UiState>;
}

/** The root: one state, one place for keys, one frame of exactly rows x columns. */
export function App({ source, send, size, theme, keys, mouse, initial }: AppProps) {
  const [ui, setUi] = useState<UiState>({ ...initialUi, ...initial });
  const latest = useRef(ui);
  const world = useMemo<World>(
    () => ({ size, source, motion: theme.motion, keys, ascii: theme.glyphs === "ascii" }),
    [size, source, theme.motion, keys, theme.glyphs],
  );
  const taken = useCallback(
    function take(step: Step): void {
      latest.current = step.ui;
      setUi(step.ui);
      for (const command of step.send)
        send(command, (text) => take(answeredOutside(latest.current, world, command, text)));
    },
    [send, world],
  );
  useKeys(
    (key: KeyPress) => taken(handleKey(latest.current, world, key)),
    (text) => taken(paste(latest.current, world, text)),
  );
  useEffect(() => mouse?.((event) => taken(handleMouse(latest.current, world, event))), [mouse, taken, world]);
  return (
    <ThemeContext value={theme}>
      <KeysContext value={keys}>
        <Box width={size.columns} height={size.rows}>
          {tooSmall(size) ? (
            <TooSmall ui={ui} world={world} source={source} />
          ) : (
            <Screen ui={ui} world={world} source={source} />
          )}
        </Box>
      </KeysContext>
    </ThemeContext>
  );
}

interface ScreenProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

function Screen({ ui, world, source }: ScreenProps) {
  return (
    <>
      <Header ui={ui} world={world} source={source} />
      <View ui={ui} world={world} source={source} />
      <Footer ui={ui} world={world} source={source} />
      <Overlays ui={ui} world={world} />
    </>
  );
}

function View({ ui, world, source }: ScreenProps): ReactElement {
  if (ui.detail !== null) return <TaskDetail ui={ui} world={world} source={source} task={ui.detail.task} />;
  switch (ui.view) {
    case "tasks":
      return <TasksView ui={ui} world={world} source={source} />;
    case "models":
      return <ModelsView ui={ui} world={world} source={source} />;
    case "review":
      return <ReviewView ui={ui} world={world} source={source} />;
    case "ask":
      return <AskView ui={ui} world={world} source={source} />;
    case "stats":
      return <StatsView ui={ui} world={world} source={source} />;
    case "log":
      return <LogView ui={ui} world={world} source={source} />;
  }
}

/** Below the least size: how the run is, in one line, and what would help. */
function TooSmall({ ui, world, source }: ScreenProps) {
  useSlice(source, "run");
  useSlice(source, "tasks");
  useSlice(source, "review");
  useSlice(source, "clock");
  const { size } = world;
  return <Lines at={rect(0, 0, size.columns, size.rows)} lines={tinyLine(runLineFacts(ui, world), size, leastSize)} />;
}
