import { brand } from "../../domain/brand.ts";
import { inTreeOrder } from "../../domain/parts.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { entryOf, idColumns } from "../../view/tasks/task-entry.ts";
import { taskColumns, taskHeading, taskRow } from "../../view/tasks/task-row.ts";
import { lineText } from "../../view/text/line.ts";
import type { Program } from "../program/program.ts";
import type { RepositoryFacts } from "../wiring/repository-facts.ts";

const pipeColumns = 140;

/** Tasks as a table, one a line. */
export function printTasks(program: Program, { world }: RepositoryFacts, rows: readonly TaskRow[]): void {
  const { out, clock } = program;
  if (rows.length === 0) {
    out.line(`no tasks; ${brand.bin} run takes over those of tasks.yaml`);
    return;
  }
  const width = out.isTerminal ? Math.max(60, out.columns) : pipeColumns;
  const columns = taskColumns(width, { idColumns: rows.reduce((most, row) => Math.max(most, idColumns(row)), 2) });
  const moment = { now: clock.now(), frame: 0, motion: false };
  out.line(lineText(taskHeading(columns, width)).trimEnd());
  for (const row of inTreeOrder(rows))
    out.line(lineText(taskRow(entryOf(row, world), columns, width, moment, false)).trimEnd());
  const unsettled = rows.filter(({ cost }) => cost.source === "unsettled").map(({ id }) => id);
  if (unsettled.length > 0)
    out.line(`unsettled: ${unsettled.join(", ")}; a call was cut off before its cost was told, so it may be more`);
}
