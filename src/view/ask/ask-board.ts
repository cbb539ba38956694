import type { AskAnswer, AskFailure, AskUsage, SynthesisEnd } from "../../domain/ask.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import type { CallId, ModelName } from "../../domain/ids.ts";
import { addShownCost, addUsage, noUsage, type Cost } from "../../domain/money.ts";
import type { AskBoard, AskPanel } from "./ask-state.ts";
import { errorText, synthesisText } from "./ask-lines.ts";

const emptyPanel: Omit<AskPanel, "title" | "model"> = {
  state: "queued",
  tries: 0,
  text: "",
  tool: null,
  note: null,
  spent: null,
  durationMs: null,
};

const synthesisTitle = "synthesis";

export const newBoard = (
  question: string,
  models: readonly ModelName[],
  synthesize: boolean,
  startedAt: number,
): AskBoard => ({
  question,
  startedAt,
  endedAt: null,
  panels: [
    ...models.map((model): AskPanel => ({ ...emptyPanel, title: model, model })),
    ...(synthesize ? [{ ...emptyPanel, title: synthesisTitle, model: null }] : []),
  ],
  calls: new Map(),
  voted: null,
  notice: null,
});

/** The board after an event of the ask. */
export function afterEvent(board: AskBoard, event: RecordedEvent): AskBoard {
  if (event.type === "ask.voted") return { ...board, voted: event.data.model };
  if (event.call === undefined) return board;
  if (event.type === "call.started") {
    const index = board.panels.findIndex(({ title }) => event.data.key === `ask/${title}`);
    return index < 0 ? board : { ...board, calls: new Map([...board.calls, [event.call, index]]) };
  }
  return withCall(board, event.call, (panel) => panelAfter(panel, event));
}

function panelAfter(panel: AskPanel, event: RecordedEvent): AskPanel {
  switch (event.type) {
    case "attempt.started":
      return { ...panel, state: "working", tries: panel.tries + 1, text: "", tool: null, note: null };
    case "call.retried":
      return { ...panel, state: "waiting", note: event.data.failure.message };
    case "attempt.ended": {
      const { usage, cost } = event.data;
      const before = panel.spent ?? { usage: noUsage, cost: null };
      const sum: Cost = before.cost === null ? cost : addShownCost(before.cost, cost);
      return { ...panel, spent: { usage: addUsage(before.usage, usage), cost: sum } };
    }
    default:
      return panel;
  }
}

/** The board after a running call said more. */
export const afterText = (board: AskBoard, call: CallId, text: string): AskBoard =>
  withCall(board, call, (panel) => ({ ...panel, text: panel.text + text }));

/** The board after a running call began to do something, or (null) has done it. */
export const afterTool = (board: AskBoard, call: CallId, tool: string | null): AskBoard =>
  withCall(board, call, (panel) => ({ ...panel, tool }));

/** The board after a model has answered or failed. */
export const afterEnd = (board: AskBoard, end: AskAnswer | AskFailure): AskBoard =>
  withPanel(
    board,
    board.panels.findIndex(({ model }) => model === end.model),
    (panel) => overPanel(panel, end, "text" in end ? end.text : null),
  );

/** The board when all is over. Null: there was nothing to make a synthesis of. */
export function afterAll(board: AskBoard, synthesis: SynthesisEnd | null, endedAt: number): AskBoard {
  const over = { ...board, endedAt };
  const index = board.panels.findIndex(({ model }) => model === null);
  if (index < 0) return over;
  return withPanel(over, index, (panel) => {
    if (synthesis === null) return { ...panel, state: "failed", note: "that takes two answers", durationMs: 0 };
    return overPanel(panel, synthesis, "error" in synthesis ? null : synthesisText(synthesis));
  });
}

function overPanel(panel: AskPanel, end: AskUsage | AskFailure, text: string | null): AskPanel {
  const { usage, cost, durationMs, attempts } = end;
  const over = { ...panel, tries: attempts, spent: attempts === 0 ? null : { usage, cost }, durationMs };
  if (text !== null) return { ...over, state: "answered", text: text.trim(), note: null };
  return { ...over, state: "failed", note: "error" in end ? errorText(end) : null };
}

/** Of a call that is under way: what is over stays as it is. */
function withCall(board: AskBoard, call: CallId, change: (panel: AskPanel) => AskPanel): AskBoard {
  const index = board.calls.get(call);
  if (index === undefined || board.panels[index]?.durationMs !== null) return board;
  return withPanel(board, index, change);
}

function withPanel(board: AskBoard, index: number, change: (panel: AskPanel) => AskPanel): AskBoard {
  return { ...board, panels: board.panels.map((panel, at) => (at === index ? change(panel) : panel)) };
}
