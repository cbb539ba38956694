import { counted } from "../../src/view/text/amounts.ts";
import { inside } from "../../src/view/layout/layout.ts";
import type { TasksPage } from "../../src/view/screen/pages.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { sortWord } from "../../src/view/tasks/task-list.ts";
import { taskColumns, taskHeading, taskRow, type RowMoment } from "../../src/view/tasks/task-row.ts";
import { span, boldSpan, type Span } from "../../src/view/text/line.ts";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";

interface TaskListProps {
  readonly page: TasksPage;
  readonly tasks: UiState["tasks"];
  readonly moment: RowMoment;
  readonly focused: boolean;
}

/** The window onto the list of tasks. */
export function TaskList({ page, tasks, moment, focused }: TaskListProps) {
  const { layout, list, rows, window, marks } = page;
  const columns = taskColumns(rows.width, list);
  const content = inside(layout.list);
  const count = list.entries.length;
  const { parts } = list.counts;
  const title: Span[] = [
    span("Tasks ", "title"),
    span(count === list.total ? String(list.counts.total) : `${count} of ${list.total}`),
    ...(count === list.total && parts !== undefined ? [span(` and ${counted(parts, "part")}`)] : []),
    span(`  ${sortWord[tasks.sort]}${tasks.reverse ? ", reversed" : ""}`, "muted"),
    ...(tasks.filter === "" ? [] : [span("  filter: ", "muted"), boldSpan(tasks.filter, "accent")]),
  ];
  if (marks.length > 0) title.push(span(`  ${marks.length} marked`, "ask"));
  const range = count === 0 ? [] : [span(`${window.top + 1}-${window.end}/${count}`, "muted")];
  const lines = list.entries
    .slice(window.top, window.end)
    .map((entry, slot) =>
      taskRow(entry, columns, rows.width, moment, window.top + slot === window.selected, marks.includes(entry.row.id)),
    );
  return (
    <Panel at={layout.list} title={title} note={range} tone={focused ? "accent" : "border"}>
      {count === 0 ? (
        <EmptyState at={content} kind={list.total === 0 ? "no tasks" : "no match"} />
      ) : (
        <>
          <Lines at={{ ...content, height: 1 }} lines={[taskHeading(columns, rows.width, tasks)]} />
          <Lines at={rows} lines={lines} />
        </>
      )}
    </Panel>
  );
}
