import type { RunSnapshot, TasksSnapshot } from "../screen/screen-source.ts";
import { bar, counted, dollars, money } from "../text/amounts.ts";
import { cutLine, span, type Line } from "../text/line.ts";
import { taskStyle } from "../text/state-styles.ts";

/** How the run goes, in figures. */
export function statsLines(run: RunSnapshot, { rows }: TasksSnapshot, columns: number): readonly Line[] {
  const byState = [...Map.groupBy(rows, ({ state }) => state)];
  const cap = run.capMicros === null ? "" : ` of ${dollars(run.capMicros)}`;
  return [
    [span("spent ", "muted"), span(`${money(run.cost)}${cap}`)],
    ...byState.map(([state, tasks]): Line => [
      span(`${taskStyle[state].word} `.padEnd(16), "muted"),
      span(bar(tasks.length / rows.length, 20)),
      span(` ${counted(tasks.length, "task")}`),
    ]),
  ].map((line) => cutLine(line, columns));
}
