import type { AskBoard } from "../../src/view/ask/ask-state.ts";
import type { PlacedPanel } from "../../src/view/ask/ask-layout.ts";
import { askPanelLines, panelNote, panelTitle, type AskMoment } from "../../src/view/ask/ask-panels.ts";
import type { AskUi } from "../../src/view/ask/handle-ask-key.ts";
import { inside } from "../../src/view/layout/layout.ts";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";

interface AnswerPanelsProps {
  readonly board: AskBoard;
  readonly ui: AskUi;
  readonly moment: AskMoment;
  readonly panels: readonly PlacedPanel[];
}

/** The answers that are seen, each in its place. */
export function AnswerPanels({ board, ui, moment, panels }: AnswerPanelsProps) {
  return panels.map(({ index, at }, slot) => {
    const panel = board.panels[index];
    if (panel === undefined) return null;
    const content = inside(at);
    return (
      <Panel
        key={slot}
        at={at}
        tone={index === ui.selected && panels.length > 1 ? "accent" : "border"}
        title={panelTitle(panel, index, panel.model !== null && panel.model === board.voted)}
        note={panelNote(panel, moment)}
      >
        <Lines at={content} lines={askPanelLines(panel, ui.tops[index], board, moment, content)} />
      </Panel>
    );
  });
}
