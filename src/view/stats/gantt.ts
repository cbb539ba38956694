import type { Activity, DoneAttempt } from "../../domain/activity.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Role } from "../../domain/task.ts";

/** What happened to a task in one span of time: the most telling thing of it. */
export type SpanKind = "none" | "wait" | "plan" | "work" | "review" | "ask";

export interface TaskSpans {
  readonly task: TaskId;
  readonly from: number;
  readonly to: number;
  readonly spans: readonly SpanKind[];
}

const kindOfRole: Record<Role, SpanKind> = {
  analyst: "plan",
  planner: "plan",
  plan_reviewer: "plan",
  implementer: "work",
  code_reviewer: "review",
  synthesizer: "review",
  ask: "plan",
};

const rank: Record<SpanKind, number> = { none: 0, wait: 1, plan: 2, review: 3, work: 4, ask: 5 };

/** Each task that was worked on as a row of `columns` equal spans between two instants, in the order they began. */
export function ganttRows(
  { attempts, questions }: Activity,
  range: { readonly from: number; readonly to: number },
  columns: number,
): readonly TaskSpans[] {
  const width = Math.max(1, range.to - range.from) / columns;
  const columnOf = (at: number): number => Math.min(columns - 1, Math.max(0, Math.floor((at - range.from) / width)));
  const byTask = Map.groupBy(attempts, ({ task }) => task);
  const asked = Map.groupBy(questions, ({ task }) => task);
  return [...byTask]
    .map(([task, own]): TaskSpans => {
      const spans = Array.from({ length: columns }, (): SpanKind => "none");
      const put = (kind: SpanKind, from: number, to: number): void => {
        for (let at = columnOf(from); at <= columnOf(to); at += 1)
          if (rank[kind] > rank[spans[at] ?? "none"]) spans[at] = kind;
      };
      const waits = asked.get(task) ?? [];
      const from = Math.min(...own.map(({ startedAt }) => startedAt));
      const ends = [...own.map((one) => endOf(one, range.to)), ...waits.map((one) => one.answeredAt ?? range.to)];
      const to = Math.max(from, ...ends);
      put("wait", from, to);
      for (const one of own) put(kindOfRole[one.role], one.startedAt, endOf(one, range.to));
      for (const { askedAt, answeredAt } of waits)
        if (askedAt >= range.from) put("ask", askedAt, answeredAt ?? range.to);
      return { task, from, to, spans };
    })
    .toSorted((a, b) => a.from - b.from);
}

const endOf = ({ endedAt }: DoneAttempt, now: number): number => endedAt ?? now;
