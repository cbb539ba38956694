import { brand } from "../../domain/brand.ts";
import { totalTokens, addShownCost, type Cost } from "../../domain/money.ts";
import { money, tokens } from "../text/amounts.ts";
import { duration } from "../text/durations.ts";
import { cutLine, empty, fitLine, fitParts, gap, lineWidth, span, boldSpan, spread, type Line } from "../text/line.ts";
import { busyGlyphs, type StateStyle } from "../text/state-styles.ts";
import type { AskBoard, AskPanel } from "./ask-state.ts";
import { shownLines } from "./ask-layout.ts";
import type { AskUi } from "./handle-ask-key.ts";

const panelStateStyle: Record<AskPanel["state"], StateStyle> = {
  queued: { glyph: "·", ascii: ".", word: "queued", tone: "muted", busy: false },
  working: { glyph: "◐", ascii: "*", word: "answers", tone: "busy", busy: true },
  waiting: { glyph: "‖", ascii: "=", word: "tries again", tone: "warn", busy: false },
  answered: { glyph: "✓", ascii: "+", word: "done", tone: "good", busy: false },
  failed: { glyph: "x", ascii: "x", word: "failed", tone: "bad", busy: false },
};

/** What is shown of time: the instant, and how far signs have turned. */
export interface AskMoment {
  readonly now: number;
  readonly frame: number;
  readonly motion: boolean;
}

/** The question, how many have answered, what it cost so far, how long it took. */
export function askHeader(board: AskBoard, { now }: AskMoment, columns: number): Line {
  const models = board.panels.filter(({ model }) => model !== null);
  const answered = models.filter(({ state }) => state === "answered").length;
  const costs = board.panels.flatMap(({ spent }): readonly Cost[] => (spent === null ? [] : [spent.cost]));
  const right = [
    `${answered} of ${models.length} answered`,
    ...(costs.length === 0 ? [] : [money(costs.reduce(addShownCost))]),
    duration((board.endedAt ?? now) - board.startedAt),
  ];
  const left: Line = [boldSpan(" Ask  ", "accent"), span(board.question)];
  const end: Line = [span(right.join("  "), "muted"), gap(1)];
  return spread(cutLine(left, Math.max(8, columns - lineWidth(end) - 2)), end, columns);
}

/** Names of all answers, where only one of them is shown. */
export function askTabs(board: AskBoard, ui: AskUi, moment: AskMoment, columns: number): Line {
  const tabs = board.panels.map((panel, index): Line => {
    const style = styleOf(panel, moment);
    const text = ` ${index + 1} ${panel.title} `;
    return [index === ui.selected ? boldSpan(text, "selected") : span(text, "muted"), span(style.glyph, style.tone)];
  });
  return fitLine([gap(1), ...fitParts(tabs, columns - 1)], columns);
}

export const panelTitle = (panel: AskPanel, index: number, voted: boolean): Line => [
  span(panel.model === null ? "" : `${index + 1} `, "muted"),
  boldSpan(panel.title, "title"),
  ...(voted ? [span(" ✓ best", "ask")] : []),
];

export function panelNote(panel: AskPanel, moment: AskMoment): Line {
  const { glyph, word, tone } = styleOf(panel, moment);
  return [span(`${glyph} ${word}`, tone)];
}

function styleOf(panel: AskPanel, { motion, frame }: AskMoment): StateStyle {
  const style = panelStateStyle[panel.state];
  return style.busy && motion ? { ...style, glyph: busyGlyphs[frame % busyGlyphs.length] ?? style.glyph } : style;
}

/** The text as far as it fits, and under it what it took. */
export function askPanelLines(
  panel: AskPanel,
  top: number | undefined,
  board: AskBoard,
  moment: AskMoment,
  size: { readonly width: number; readonly height: number },
): readonly Line[] {
  const { width, height } = size;
  const shown = shownLines(panel, top, width, height);
  const filled = Array.from({ length: shown.rows }, (_, row): Line => shown.lines[row] ?? empty);
  const more = shown.most === 0 ? "" : `${shown.top + shown.lines.length}/${shown.most + shown.rows}`;
  return [...filled, spread([span(tookText(panel, board, moment), "muted")], [span(more, "muted")], width)];
}

function tookText(panel: AskPanel, board: AskBoard, { now }: AskMoment): string {
  const ms = panel.durationMs ?? (panel.state === "queued" ? 0 : now - board.startedAt);
  const parts = [
    ...(panel.spent === null ? [] : [`${tokens(totalTokens(panel.spent.usage))} tok`, money(panel.spent.cost)]),
    duration(ms),
    ...(panel.tries > 1 ? [`try ${panel.tries}`] : []),
    ...(panel.tool === null || panel.durationMs !== null ? [] : [panel.tool]),
  ];
  return parts.join("  ");
}

/** What just happened, or what is to be known before one leaves. */
export function askAttention(board: AskBoard, ui: AskUi, columns: number): Line {
  const running = board.panels.filter(({ durationMs }) => durationMs === null).length;
  const text = ui.leaving ? `${running} at work: q again stops them and leaves` : (board.notice ?? "");
  return fitLine([gap(1), span(text, ui.leaving ? "warn" : "ask")], columns);
}

export function askFooter(board: AskBoard, columns: number): Line {
  const key = (name: string, does: string): Line => [span(name, "accent"), span(` ${does}`, "muted")];
  const parts = [
    key("↑↓", "scroll"),
    ...(board.panels.length > 1 ? [key("←→", "answer"), key("⏎", "full")] : []),
    key(`1-${Math.min(9, board.panels.filter(({ model }) => model !== null).length)}`, "best answer"),
    key("q", board.endedAt === null ? "stop and leave" : "leave"),
  ];
  return fitLine([gap(1), ...fitParts(parts, columns - 1)], columns);
}

/** Below the least size. */
export const askTooSmall = (columns: number): Line =>
  fitLine([span(`${brand.bin} ask: make the window larger, or q`, "warn")], columns);
