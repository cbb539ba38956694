import { noUsage } from "../../domain/money.ts";
import type { PastAsk } from "../../domain/past-ask.ts";
import type { AskBoard, AskPanel } from "./ask-state.ts";

const known = new WeakMap<PastAsk, AskBoard>();

/** An ask that is over, to look at again. */
export function boardOfPast(past: PastAsk): AskBoard {
  const before = known.get(past);
  if (before !== undefined) return before;
  const longest = Math.max(0, ...past.answers.map(({ durationMs }) => durationMs));
  const board: AskBoard = {
    question: past.question,
    startedAt: past.at,
    endedAt: past.at + longest,
    panels: past.answers.map(({ model, text, note, cost, tokens, durationMs }): AskPanel => ({
      title: model,
      model,
      state: text === null ? "failed" : "answered",
      tries: 1,
      text: text ?? "",
      tool: null,
      note,
      spent: { usage: { ...noUsage, output: tokens }, cost },
      durationMs,
    })),
    calls: new Map(),
    voted: past.best,
    notice: null,
  };
  known.set(past, board);
  return board;
}
