import { endsByItself } from "../../domain/conditions.ts";
import { inside, type Placed } from "../layout/layout.ts";
import type { Scrollable } from "../layout/scrollable.ts";
import { logLayout } from "../layout/view-layouts.ts";
import { conditionsIn, type World } from "../screen/screen-model.ts";
import type { ActivitySnapshot, ModelsSnapshot, RunSnapshot, TasksSnapshot } from "../screen/screen-source.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { statsContent } from "./stats-lines.ts";

const contentOf = memoizeLast(
  (
    run: RunSnapshot,
    tasks: TasksSnapshot,
    models: ModelsSnapshot,
    activity: ActivitySnapshot | null,
    stands: boolean,
    width: number,
    height: number,
  ): Scrollable => statsContent({ run, rows: tasks.rows, models: models.models, activity, stands }, { width, height }),
);

/** View 5: how the run goes, and what of it is in the window. */
export function statsPage(world: World): { readonly at: Placed; readonly content: Scrollable } {
  const { source, size } = world;
  const at = logLayout(size);
  const { working, conditions } = conditionsIn(world);
  const { width, height } = inside(at);
  const content = contentOf(
    source.getSnapshot("run", ""),
    source.getSnapshot("tasks", ""),
    source.getSnapshot("models", ""),
    source.getSnapshot("activity", ""),
    !working && !endsByItself(conditions()),
    width,
    height,
  );
  return { at, content };
}
