import { frameOf } from "../src/view/layout/layout.ts";
import { tabCounts, tabsLine } from "../src/view/screen/header-lines.ts";
import { detailPage, momentOf } from "../src/view/screen/pages.ts";
import { runLineFacts } from "../src/view/screen/run-facts.ts";
import { headerLine } from "../src/view/screen/run-line.ts";
import type { World } from "../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../src/view/screen/screen-source.ts";
import { detailTabsLine } from "../src/view/screen/tab-lines.ts";
import type { UiState } from "../src/view/screen/ui-state.ts";
import { breadcrumb } from "../src/view/tasks/task-detail.ts";
import { fitLine, gap, boldSpan, span, spread } from "../src/view/text/line.ts";
import { Lines } from "./parts/Lines.tsx";
import { useSlice } from "./parts/use-slice.ts";

interface HeaderProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** Line 1 and 2: where one is, how the run is, what it costs; then the views, or the tabs of an opened task. */
export function Header({ ui, world, source }: HeaderProps) {
  const { header, tabs } = frameOf(world.size);
  const run = useSlice(source, "run");
  useSlice(source, "tasks");
  useSlice(source, "models");
  useSlice(source, "review");
  useSlice(source, "clock");
  if (ui.detail !== null) return <DetailHeader ui={ui} world={world} source={source} task={ui.detail.task} />;
  return (
    <>
      <Lines at={header} lines={[headerLine(runLineFacts(ui, world), header.width)]} />
      <Lines at={tabs} lines={[tabsLine(ui.view, tabCounts(source), run, tabs.width, world.keys)]} />
    </>
  );
}

function DetailHeader({ ui, world, source, task }: HeaderProps & { readonly task: string }) {
  const { header, tabs } = frameOf(world.size);
  useSlice(source, "task", task);
  useSlice(source, "diff", task);
  const page = detailPage(ui, world, task);
  const crumb =
    page.entry === null
      ? { left: [span(" Tasks > ", "muted"), boldSpan(task, "accent")], right: [] }
      : breadcrumb(page.entry, momentOf(world));
  const line = fitLine(spread(crumb.left, [...crumb.right, gap(1)], header.width), header.width);
  return (
    <>
      <Lines at={header} lines={[line]} />
      <Lines at={tabs} lines={[detailTabsLine(page, tabs.width)]} />
    </>
  );
}
