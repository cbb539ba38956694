import type { TaskId } from "../../domain/ids.ts";
import { roleWord } from "../log/event-lines.ts";
import { anchored, type Growing } from "../layout/scrollable.ts";
import type { World } from "../screen/screen-model.ts";
import type { UiState } from "../screen/ui-state.ts";
import { span, type Line } from "../text/line.ts";
import { callsInOrder, outputId, shownCall, type ToldCall } from "./output-call.ts";
import { outputRows, type OutputRows } from "./output-rows.ts";

/** What the tab of the output shows: one call of the task. */
export interface OutputPage {
  /** Names the snapshot; "" while nothing of the task is known. */
  readonly id: string;
  readonly calls: readonly ToldCall[];
  readonly index: number;
  readonly title: string;
  readonly rows: OutputRows;
  /** The rows with a word on the one that a key folds. */
  readonly content: Growing;
  /** The result that a key folds or unfolds: the last one in sight. */
  readonly fold: number | null;
}

export function outputPage(
  ui: UiState,
  { source }: Pick<World, "source">,
  task: TaskId,
  room: { readonly width: number; readonly height: number },
): OutputPage {
  const calls = callsInOrder(source.getSnapshot("task", task));
  const index = shownCall(calls, ui.output.call);
  const call = calls[index];
  const id = call === undefined ? "" : outputId(task, call.id);
  const { entries, cut } = source.getSnapshot("output", id);
  const rows = outputRows(entries, ui.output, room.width);
  const { top } = anchored(rows, ui.detail?.anchor ?? null, room.height);
  const last = lastFold(rows, top, Math.min(rows.count, top + room.height));
  return {
    id,
    calls,
    index,
    rows,
    fold: last?.fold ?? null,
    title: call === undefined ? "Output" : titleOf(call, index, calls.length, cut),
    content: last === null ? rows : { ...rows, line: (at) => withKey(rows.line(at), at === last.row) },
  };
}

const withKey = (line: Line, isLast: boolean): Line => (isLast ? [...line, span("  ⏎", "accent")] : line);

/** The last row of the last result in sight that can be folded. */
function lastFold(rows: OutputRows, from: number, to: number): { readonly fold: number; readonly row: number } | null {
  for (let row = to - 1; row >= from; row -= 1) {
    const fold = rows.foldAt(row);
    if (fold !== null) return { fold, row };
  }
  return null;
}

function titleOf(call: ToldCall, index: number, count: number, cut: boolean): string {
  const model = call.model ?? call.tries.at(-1)?.model ?? "";
  const who = [roleWord[call.role], call.step ?? "", model === "" ? "" : `by ${model}`].filter((part) => part !== "");
  const place = count === 1 ? "" : `  call ${index + 1} of ${count}`;
  return `Output  ${who.join(" ")}${call.round > 1 ? ` round ${call.round}` : ""}${place}${cut ? "  (its end)" : ""}`;
}
