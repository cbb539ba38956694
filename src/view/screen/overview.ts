import type { TaskId } from "../../domain/ids.ts";
import type { Rect } from "../layout/layout.ts";
import { overviewLines } from "../tasks/task-detail.ts";
import type { TaskEntry } from "../tasks/task-entry.ts";
import type { RowMoment } from "../tasks/task-row.ts";
import type { Line } from "../text/line.ts";
import { conditionsIn, openQuestions, type World } from "./screen-model.ts";

/** The model of which what it says now is of this task. */
export const workerNow = ({ source }: Pick<World, "source">, task: TaskId): string | null =>
  source.getSnapshot("models", "").models.find(({ running }) => running[0]?.call.task === task)?.name ?? null;

/** The overview of a task, for a place of that size; what its model says stands there unless that is shown elsewhere. */
export function overview(
  entry: TaskEntry,
  world: World,
  moment: RowMoment,
  { width, height }: Pick<Rect, "width" | "height">,
  withSays = true,
): readonly Line[] {
  const { source } = world;
  const task = entry.row.id;
  const open = openQuestions(source.getSnapshot("review", "")).find(({ question }) => question.task === task) ?? null;
  const model = withSays ? workerNow(world, task) : null;
  return overviewLines(entry, source.getSnapshot("task", task), open, moment, width, {
    obstacle: conditionsIn(world).obstacle(entry),
    says: model === null ? null : { model, live: source.getSnapshot("live", model) },
    rows: height,
  });
}
