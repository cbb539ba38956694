import type { OwnKeys } from "../keys/command-spec.ts";
import { keyOf } from "../keys/keys.ts";
import type { RunSnapshot } from "../screen/screen-source.ts";
import { counted, dollars, money } from "../text/amounts.ts";
import { duration } from "../text/durations.ts";
import { fitParts, span, boldSpan, type Line } from "../text/line.ts";
import type { TaskEntry } from "./task-entry.ts";
import type { TaskCounts } from "./task-list.ts";

/** What came of a run, and what to do now. */
export interface EndFacts {
  readonly run: RunSnapshot;
  readonly counts: TaskCounts;
  /** Merged and not yet landed. */
  readonly unlanded: number;
  /** Questions without an answer. */
  readonly asking: number;
  /** What to look at first; null: nothing was done. */
  readonly first: TaskEntry | null;
  readonly keys: OwnKeys;
}

/** What nothing proves is looked at before all else that was done. */
export const lookFirst = (entries: readonly TaskEntry[]): TaskEntry | null => {
  const done = entries.filter(({ row, reverted }) => row.state === "DONE" && !reverted);
  return done.find(({ row }) => row.proof?.proof === "none") ?? done[0] ?? null;
};

const outcomes = ({ total, done, failed, reverted = 0, unproven = 0, partly = 0 }: TaskCounts): readonly Line[] => {
  const left = total - done - failed - reverted;
  return [
    [span(`✓ ${done - unproven} proven`, "good"), span(partly === 0 ? "" : ` (${partly} partly)`, "warn")],
    [span(`! ${unproven} unproven`, unproven === 0 ? "muted" : "warn")],
    [span(`x ${failed} failed`, failed === 0 ? "muted" : "bad")],
    [span(`~ ${reverted} reverted`, reverted === 0 ? "muted" : "warn")],
    ...(left === 0 ? [] : [[span(`· ${left} to come`, "muted")]]),
  ];
};

export function endLines(facts: EndFacts, columns: number): readonly Line[] {
  const { run, counts, unlanded, asking, first, keys } = facts;
  const row = run.run;
  const spent: Line[] = [
    [
      span("cost ", "muted"),
      span(money(run.cost)),
      span(run.capMicros === null ? "" : ` of ${dollars(run.capMicros)}`, "muted"),
    ],
    ...(row === null || row.endedAt === null
      ? []
      : [[span("time ", "muted"), span(duration(row.endedAt - row.startedAt))]]),
  ];
  const key = (name: Parameters<typeof keyOf>[0], what: string): Line => [
    boldSpan(keyOf(name, keys), "accent"),
    span(` ${what}`),
  ];
  const next: Line[] = [
    ...(unlanded === 0 ? [] : [key("run.land", `land ${unlanded}`)]),
    ...(first === null ? [] : [key("end.open", `open ${first.row.id}`)]),
    ...(asking === 0 ? [] : [key("view.review", `${counted(asking, "question")} for you`)]),
    key("palette", "report"),
    key("back", "close"),
  ];
  return [fitParts(outcomes(counts), columns, 3), fitParts(spent, columns, 3), fitParts(next, columns, 3)];
}
