import { askLayout } from "../../src/view/ask/ask-layout.ts";
import { answersFrame, answersSize, askPage, lower } from "../../src/view/ask/ask-page.ts";
import { askAttention, askHeader, askTabs } from "../../src/view/ask/ask-panels.ts";
import { inside } from "../../src/view/layout/layout.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import type { AsksSnapshot, ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { span } from "../../src/view/text/line.ts";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";
import { AnswerPanels } from "./AnswerPanels.tsx";

interface AskViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** View 4: a question to several models at once, its answers side by side, and what was asked before. */
export function AskView({ ui, world, source }: AskViewProps) {
  useSlice(source, "models");
  useSlice(source, "clock");
  const { shown } = useSlice(source, "asks");
  if (shown !== null) return <Answers ui={ui} world={world} shown={shown} />;
  const { at, lines, models, top } = askPage(ui, world);
  const content = inside(at);
  return (
    <Panel at={at} title={[span("Ask", "title")]} note={[span("i asks the marked ones", "muted")]} tone="accent">
      {models.length === 0 ? (
        <EmptyState at={content} kind="no models" />
      ) : (
        <Lines at={content} lines={lines.slice(Math.max(0, top))} />
      )}
    </Panel>
  );
}

interface AnswersProps {
  readonly ui: UiState;
  readonly world: World;
  readonly shown: NonNullable<AsksSnapshot["shown"]>;
}

function Answers({ ui, world, shown: { board, now, frame } }: AnswersProps) {
  const { question, names } = answersFrame(world.size);
  const layout = askLayout(answersSize(world.size), board.panels.length, ui.ask.ui);
  const moment = { now, frame, motion: world.motion };
  const panels = layout.panels.map(({ index, at }) => ({ index, at: lower(at) }));
  return (
    <>
      <Lines at={question} lines={[askHeader(board, moment, question.width)]} />
      <Lines
        at={names}
        lines={[
          layout.tabs ? askTabs(board, ui.ask.ui, moment, names.width) : askAttention(board, ui.ask.ui, names.width),
        ]}
      />
      <AnswerPanels board={board} ui={ui.ask.ui} moment={moment} panels={panels} />
    </>
  );
}
