import { inside } from "../../src/view/layout/layout.ts";
import { slice } from "../../src/view/layout/scrollable.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { statsPage } from "../../src/view/stats/stats-page.ts";
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
  const { at, content } = statsPage(world);
  const place = inside(at);
  return (
    <Panel at={at} title={[span("Stats", "title")]} tone="accent">
      <Lines at={place} lines={slice(content, ui.stats.top, place.height)} />
    </Panel>
  );
}
