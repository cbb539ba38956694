import { Box } from "ink";
import { useCallback, useRef, useState, useSyncExternalStore } from "react";

import type { AskBoard } from "../../src/view/ask/ask-state.ts";
import { askLayout } from "../../src/view/ask/ask-layout.ts";
import {
  askAttention,
  askFooter,
  askHeader,
  askTabs,
  askTooSmall,
  type AskMoment,
} from "../../src/view/ask/ask-panels.ts";
import { initialAskUi, handleAskKey, type AskCommand, type AskUi } from "../../src/view/ask/handle-ask-key.ts";
import type { KeyPress } from "../../src/view/keys/keys.ts";
import { frameOf, rect, tooSmall, type Size } from "../../src/view/layout/layout.ts";
import type { Theme } from "../../src/view/text/theme.ts";
import { Lines } from "../parts/Lines.tsx";
import { ThemeContext } from "../parts/theme-context.ts";
import { useKeys } from "../parts/use-keys.ts";
import { AnswerPanels } from "./AnswerPanels.tsx";

/** Where the screen of an ask gets what it shows. */
export interface AskSource {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => AskSnapshot;
}

export interface AskSnapshot {
  readonly board: AskBoard;
  readonly now: number;
  readonly frame: number;
}

export interface AskScreenProps {
  readonly source: AskSource;
  readonly send: (command: AskCommand) => void;
  readonly size: Size;
  readonly theme: Theme;
}

/** The answers to one question side by side, as they come. */
export function AskScreen({ source, send, size, theme }: AskScreenProps) {
  const { board, now, frame } = useSyncExternalStore(source.subscribe, source.getSnapshot, source.getSnapshot);
  const [ui, setUi] = useState<AskUi>(initialAskUi);
  const latest = useRef(ui);
  const onKey = useCallback(
    (key: KeyPress): void => {
      const step = handleAskKey(latest.current, source.getSnapshot().board, size, key);
      latest.current = step.ui;
      setUi(step.ui);
      for (const command of step.send) send(command);
    },
    [send, size, source],
  );
  useKeys(onKey, () => undefined);
  const moment: AskMoment = { now, frame, motion: theme.motion };
  return (
    <ThemeContext value={theme}>
      <Box width={size.columns} height={size.rows}>
        {tooSmall(size) ? (
          <Lines at={rect(0, 0, size.columns, 1)} lines={[askTooSmall(size.columns)]} />
        ) : (
          <Answers board={board} ui={ui} moment={moment} size={size} />
        )}
      </Box>
    </ThemeContext>
  );
}

interface AnswersProps {
  readonly board: AskBoard;
  readonly ui: AskUi;
  readonly moment: AskMoment;
  readonly size: Size;
}

function Answers({ board, ui, moment, size }: AnswersProps) {
  const { header, tabs, attention, footer } = frameOf(size);
  const layout = askLayout(size, board.panels.length, ui);
  return (
    <>
      <Lines at={header} lines={[askHeader(board, moment, header.width)]} />
      {layout.tabs && <Lines at={tabs} lines={[askTabs(board, ui, moment, tabs.width)]} />}
      <AnswerPanels board={board} ui={ui} moment={moment} panels={layout.panels} />
      <Lines at={attention} lines={[askAttention(board, ui, attention.width)]} />
      <Lines at={footer} lines={[askFooter(board, footer.width)]} />
    </>
  );
}
