import { inside } from "../layout/layout.ts";
import { detailLayout } from "../layout/view-layouts.ts";
import { outputPage, type OutputPage } from "../output/output-page.ts";
import type { World } from "../screen/screen-model.ts";
import { stay, type Step, type UiState } from "../screen/ui-state.ts";
import type { ViewCommand } from "./commands.ts";
import type { Handler } from "./handlers-diff.ts";

/** What keys do with the output of a call. */

const pageOf = (ui: UiState, world: World): OutputPage | null =>
  ui.detail === null ? null : outputPage(ui, world, ui.detail.task, inside(detailLayout(world.size).main));

/** Where the window is, it stays: what is below it grows or shrinks. */
function foldOutput(ui: UiState, world: World): Step {
  const fold = pageOf(ui, world)?.fold ?? null;
  if (fold === null) return stay({ ...ui, hint: "no result in sight is longer than what is shown" });
  return stay(turnedResult(ui, fold));
}

/** With a result unfolded, or folded again. */
export function turnedResult(ui: UiState, fold: number): UiState {
  const { turned } = ui.output;
  const next = turned.includes(fold) ? turned.filter((one) => one !== fold) : [...turned, fold];
  return { ...ui, output: { ...ui.output, turned: next } };
}

const foldAllOutput = (ui: UiState): Step => stay({ ...ui, output: { ...ui.output, all: !ui.output.all, turned: [] } });

const outputTimes = (ui: UiState): Step => stay({ ...ui, output: { ...ui.output, times: !ui.output.times } });

/** To the call before or behind; at its beginning or end it says so. */
const otherCall =
  (by: 1 | -1) =>
  (ui: UiState, world: World): Step => {
    const page = pageOf(ui, world);
    const next = page?.calls[page.index + by];
    if (ui.detail === null || next === undefined)
      return stay({ ...ui, hint: by === 1 ? "this is its last call" : "this is its first call" });
    return stay({
      ...ui,
      detail: { ...ui.detail, anchor: null },
      output: { ...ui.output, call: next.id, turned: [] },
    });
  };

export const outputHandlers = {
  "output.fold": foldOutput,
  "output.fold_all": foldAllOutput,
  "output.times": outputTimes,
  "output.earlier": otherCall(-1),
  "output.later": otherCall(1),
} satisfies Partial<Record<ViewCommand, Handler>>;
