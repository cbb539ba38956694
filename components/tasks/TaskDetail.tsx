import { inside } from "../../src/view/layout/layout.ts";
import { anchored, slice } from "../../src/view/layout/scrollable.ts";
import { planLanguages } from "../../src/view/tasks/plan-lines.ts";
import { viewedKey } from "../../src/view/screen/kept.ts";
import { workerNow } from "../../src/view/screen/overview.ts";
import { detailPage } from "../../src/view/screen/pages.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { tabTitle } from "../../src/view/tasks/task-detail.ts";
import { span, boldSpan, type Line } from "../../src/view/text/line.ts";
import { EventsPanel } from "../log/EventsPanel.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { DiffPanel } from "../review/DiffPanel.tsx";
import { useSlice } from "../parts/use-slice.ts";

interface TaskDetailProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
  readonly task: string;
}

/** All of one task: the overview beside a tab, or as one of them where there is no room. */
export function TaskDetail({ ui, world, source, task }: TaskDetailProps) {
  const facts = useSlice(source, "task", task);
  useSlice(source, "diff", task);
  useSlice(source, "draft", viewedKey(task));
  useSlice(source, "syntax", planLanguages(facts));
  useSlice(source, "events", task);
  useSlice(source, "tasks");
  useSlice(source, "run");
  useSlice(source, "models");
  useSlice(source, "review");
  useSlice(source, "clock");
  const page = detailPage(ui, world, task);
  const { layout, content, main, growing, entry, tab, output } = page;
  useSlice(source, "output", output?.id ?? "");
  useSlice(source, "live", output === null ? (workerNow(world, task) ?? "") : "");
  if (entry === null) return <EmptyState at={layout.main} kind="no task" />;
  const { anchor, top } = ui.detail ?? { anchor: null, top: 0 };
  const first =
    growing === null
      ? Math.min(top, Math.max(0, content.count - main.height))
      : anchored(growing, anchor, main.height).top;
  const last = Math.min(content.count, first + main.height);
  const range: Line = content.count > main.height ? [span(`${first + 1}-${last}/${content.count}`, "muted")] : [];
  return (
    <>
      {layout.side !== null && page.side !== null && (
        <Panel at={layout.side} title={[boldSpan(entry.row.id, "accent")]}>
          <Lines at={inside(layout.side)} lines={slice(page.side, 0, inside(layout.side).height)} />
        </Panel>
      )}
      <Lines
        at={{ ...layout.main, y: layout.main.y - page.asked.length, height: page.asked.length }}
        lines={page.asked}
      />
      {page.diff !== null ? (
        <DiffPanel source={source} page={page.diff} look={ui.diff} at={layout.main} />
      ) : growing === null ? (
        <Panel at={layout.main} title={[span(tabTitle[tab], "title")]} note={range} tone="accent">
          <Lines at={main} lines={slice(content, top, main.height)} />
        </Panel>
      ) : (
        <EventsPanel
          at={layout.main}
          content={growing}
          anchor={anchor}
          title={output?.title ?? "Log"}
          hint="following"
          empty={output === null ? "no events" : "no output"}
          focused
        />
      )}
    </>
  );
}
