import type { Activity, AskedSpan, DoneAttempt } from "../../domain/activity.ts";
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
  supervisor: "plan",
  ask: "plan",
};

const rank: Record<SpanKind, number> = { none: 0, wait: 1, plan: 2, review: 3, work: 4, ask: 5 };

/** What is known of a task that was worked on. */
export interface TaskDoings {
  readonly task: TaskId;
  readonly from: number;
  readonly attempts: readonly DoneAttempt[];
  readonly questions: readonly AskedSpan[];
}

/** The tasks that were worked on, in the order they began. */
export function tasksInOrder({ attempts, questions }: Activity): readonly TaskDoings[] {
  const asked = Map.groupBy(questions, ({ task }) => task);
  return [...Map.groupBy(attempts, ({ task }) => task)]
    .map(([task, own]): TaskDoings => ({
      task,
      from: Math.min(...own.map(({ startedAt }) => startedAt)),
      attempts: own,
      questions: asked.get(task) ?? [],
    }))
    .toSorted((a, b) => a.from - b.from);
}

/** A task as a row of `columns` equal spans between two instants. */
export function ganttRow(
  { task, from, attempts, questions }: TaskDoings,
  range: { readonly from: number; readonly to: number },
  columns: number,
): TaskSpans {
  const width = Math.max(1, range.to - range.from) / columns;
  const columnOf = (at: number): number => Math.min(columns - 1, Math.max(0, Math.floor((at - range.from) / width)));
  const spans = Array.from({ length: columns }, (): SpanKind => "none");
  const put = (kind: SpanKind, begin: number, end: number): void => {
    for (let at = columnOf(begin); at <= columnOf(end); at += 1)
      if (rank[kind] > rank[spans[at] ?? "none"]) spans[at] = kind;
  };
  const ends = [...attempts.map((one) => endOf(one, range.to)), ...questions.map((one) => one.answeredAt ?? range.to)];
  const to = Math.max(from, ...ends);
  put("wait", from, to);
  for (const one of attempts) put(kindOfRole[one.role], one.startedAt, endOf(one, range.to));
  for (const { askedAt, answeredAt } of questions)
    if (askedAt >= range.from) put("ask", askedAt, answeredAt ?? range.to);
  return { task, from, to, spans };
}

const endOf = ({ endedAt }: DoneAttempt, now: number): number => endedAt ?? now;
