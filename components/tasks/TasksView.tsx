import { keyOf } from "../../src/view/keys/keys.ts";
import { inside } from "../../src/view/layout/layout.ts";
import { eventsContent, momentOf, previewContent, tasksPage } from "../../src/view/screen/pages.ts";
import { workerNow } from "../../src/view/screen/overview.ts";
import { sortedModels, type World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { boldSpan } from "../../src/view/text/line.ts";
import { EventsPanel } from "../log/EventsPanel.tsx";
import { whyLine } from "../../src/view/screen/why-line.ts";
import { ModelPanels } from "../models/ModelPanels.tsx";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";
import { Preview } from "./Preview.tsx";
import { TaskList } from "./TaskList.tsx";

interface TasksViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** View 1: models, tasks, the selected one, events. */
export function TasksView({ ui, world, source }: TasksViewProps) {
  useSlice(source, "clock");
  useSlice(source, "run");
  useSlice(source, "tasks");
  useSlice(source, "review");
  const models = sortedModels(useSlice(source, "models"));
  const page = tasksPage(ui, world);
  const moment = momentOf(world);
  const { layout } = page;
  const { focus } = ui.tasks;
  return (
    <>
      {layout.why !== null && <Lines at={layout.why} lines={[whyLine(page.why, moment.now, layout.why.width)]} />}
      {layout.end !== null && (
        <Panel at={layout.end} title={[boldSpan("The run has ended", "title")]} tone="accent">
          <Lines at={inside(layout.end)} lines={page.end} />
        </Panel>
      )}
      {(layout.panels.length > 0 || layout.strip !== null) && (
        <ModelPanels layout={layout} models={models} moment={moment} source={source} />
      )}
      {layout.list.height > 0 && (
        <TaskList page={page} tasks={ui.tasks} moment={moment} focused={focus === "list" && layout.preview !== null} />
      )}
      {layout.preview !== null && <SelectedPreview ui={ui} world={world} source={source} at={layout.preview} />}
      {layout.events !== null && <RecentEvents ui={ui} world={world} source={source} at={layout.events} />}
    </>
  );
}

interface PlacedProps extends TasksViewProps {
  readonly at: NonNullable<ReturnType<typeof tasksPage>["layout"]["preview"]>;
}

function SelectedPreview({ ui, world, source, at }: PlacedProps) {
  const { selected } = tasksPage(ui, world);
  useSlice(source, "task", selected?.row.id ?? "");
  useSlice(source, "live", workerNow(world, selected?.row.id ?? "") ?? "");
  const content = previewContent(ui, world, inside(at));
  return (
    <Preview
      at={at}
      id={selected?.row.id ?? null}
      content={content}
      top={ui.tasks.previewTop}
      focused={ui.tasks.focus === "preview"}
    />
  );
}

function RecentEvents({ ui, world, source, at }: PlacedProps) {
  useSlice(source, "events");
  const content = eventsContent(world, inside(at).width);
  return (
    <EventsPanel
      at={at}
      content={content}
      anchor={ui.tasks.events}
      title="Events"
      hint={`${keyOf("view.log", world.keys)} log`}
      focused={ui.tasks.focus === "events"}
    />
  );
}
