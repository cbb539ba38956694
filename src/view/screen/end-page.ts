import { inside, tasksLayout } from "../layout/layout.ts";
import { endLines, lookFirst } from "../tasks/end-card.ts";
import type { TaskEntry } from "../tasks/task-entry.ts";
import type { Line } from "../text/line.ts";
import { isEndShown, listOf, openQuestions, type World } from "./screen-model.ts";
import type { UiState } from "./ui-state.ts";

/** What came of the run; empty: it is not shown. */
export function endCard(ui: UiState, world: World): readonly Line[] {
  if (!isEndShown(ui, world)) return [];
  const { source, size } = world;
  const layout = tasksLayout(size, { models: 0, endLines: 3, zoom: false, focus: "list" });
  if (layout.end === null) return [];
  return endLines(
    {
      run: source.getSnapshot("run", ""),
      counts: listOf(ui, world).counts,
      unlanded: source.getSnapshot("tasks", "").unlanded?.size ?? 0,
      asking: openQuestions(source.getSnapshot("review", "")).length,
      first: firstToLookAt(ui, world),
      keys: world.keys ?? {},
    },
    inside(layout.end).width,
  );
}

/** What is opened from there. */
export const firstToLookAt = (ui: UiState, world: World): TaskEntry | null => lookFirst(listOf(ui, world).entries);
