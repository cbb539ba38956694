import { inside } from "../../src/view/layout/layout.ts";
import { slice } from "../../src/view/layout/scrollable.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { statsPage } from "../../src/view/stats/stats-page.ts";
import { timeOfDay } from "../../src/view/text/durations.ts";
import { span } from "../../src/view/text/line.ts";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";

interface StatsViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** View 5: money, time and models of the run. */
export function StatsView({ ui, world, source }: StatsViewProps) {
  useSlice(source, "run");
  useSlice(source, "tasks");
  useSlice(source, "models");
  const activity = useSlice(source, "activity");
  const { at, content } = statsPage(world);
  const place = inside(at);
  const last = Math.min(content.count, ui.stats.top + place.height);
  const range = content.count > place.height ? `${last}/${content.count}` : "";
  const asOf = activity === null ? "" : `as of ${timeOfDay(activity.at)}`;
  return (
    <Panel at={at} title={[span("Stats", "title")]} note={[span(`${asOf}  ${range}`.trim(), "muted")]} tone="accent">
      <Lines at={place} lines={slice(content, ui.stats.top, place.height)} />
    </Panel>
  );
}
