import { inside } from "../../src/view/layout/layout.ts";
import { modelDetail, modelHeading, modelRow } from "../../src/view/models/model-table.ts";
import { modelsPage, momentOf } from "../../src/view/screen/pages.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { span, boldSpan } from "../../src/view/text/line.ts";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";

interface ModelsViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** View 2: health, breakers, holds with their countdown, and what each model used. */
export function ModelsView({ ui, world, source }: ModelsViewProps) {
  useSlice(source, "run");
  useSlice(source, "models");
  useSlice(source, "clock");
  const activity = useSlice(source, "activity");
  const { layout, models, rows, window } = modelsPage(ui, world);
  const moment = momentOf(world);
  const selected = models[window.selected];
  const live = useSlice(source, "live", selected?.name ?? "");
  const content = inside(layout.list);
  const lines = models
    .slice(window.top, window.end)
    .map((model, slot) => modelRow(model, moment, rows.width, window.top + slot === window.selected, activity));
  const detail = layout.detail === null ? null : inside(layout.detail);
  return (
    <>
      <Panel at={layout.list} title={[span("Models ", "title"), span(String(models.length))]} tone="accent">
        {models.length === 0 ? (
          <EmptyState at={content} kind="no models" />
        ) : (
          <>
            <Lines at={{ ...content, height: 1 }} lines={[modelHeading(content.width)]} />
            <Lines at={rows} lines={lines} />
          </>
        )}
      </Panel>
      {layout.detail !== null && detail !== null && selected !== undefined && (
        <Panel at={layout.detail} title={[boldSpan(selected.name, "accent")]}>
          <Lines at={detail} lines={modelDetail(selected, live, moment, detail.width, detail.height, activity)} />
        </Panel>
      )}
    </>
  );
}
