import type { EventData, EventType, RecordedEvent } from "../domain/events.ts";
import type { TaskId } from "../domain/ids.ts";

/** What is read of the log to know what has landed where. */
export const landingEvents = [
  "land.done",
  "land.undone",
  "merge.done",
  "merge.reverted",
] as const satisfies EventType[];

/** A task's merge, with the commit that undid it; null: nothing did. */
interface Merge {
  readonly commit: string;
  readonly undoneBy: string | null;
}

/** What is on a branch of what was merged into an integration branch. */
export interface Landed {
  /** Merged, and not brought to the branch yet: the commits, in the order they were merged. */
  readonly waiting: ReadonlyMap<TaskId, string>;
  /** On the branch, and undone on the integration branch: the commits that undid them. */
  readonly undone: ReadonlyMap<TaskId, string>;
  /** On the branch. */
  readonly there: ReadonlySet<TaskId>;
  /** The commit of the integration branch that was brought last, as it is or by one of the same change; null: none was. */
  readonly last: string | null;
}

/** What a branch has by its landings. */
interface There {
  readonly tasks: ReadonlyMap<TaskId, string>;
  readonly last: string | null;
}

/** `integration` null: whichever branch they were merged into. */
export function landedOn(
  events: readonly RecordedEvent[],
  { into, integration }: { readonly into: string; readonly integration: string | null },
): Landed {
  const merges = new Map<TaskId, Merge>();
  let now: There = { tasks: new Map(), last: null };
  const before: There[] = [];
  for (const event of events) {
    const { task } = event;
    if (event.type === "merge.done" && task !== undefined) {
      merges.delete(task);
      if (integration === null || event.data.into === integration)
        merges.set(task, { commit: event.data.commit, undoneBy: null });
    } else if (event.type === "merge.reverted" && task !== undefined) {
      if (merges.get(task)?.commit === event.data.of)
        merges.set(task, { commit: event.data.of, undoneBy: event.data.commit });
    } else if (event.type === "land.done" && event.data.into === into) {
      before.push(now);
      now = afterLanding(now, merges, event.data);
    } else if (event.type === "land.undone" && event.data.into === into) now = before.pop() ?? now;
  }
  const { tasks: there, last } = now;
  const all = [...merges];
  return {
    waiting: new Map(
      all.flatMap(([task, { commit, undoneBy }]) =>
        undoneBy === null && there.get(task) !== commit ? [[task, commit] as const] : [],
      ),
    ),
    undone: new Map(
      all.flatMap(([task, { undoneBy }]) => (undoneBy !== null && there.has(task) ? [[task, undoneBy] as const] : [])),
    ),
    there: new Set(there.keys()),
    last,
  };
}

function afterLanding(
  before: There,
  merges: ReadonlyMap<TaskId, Merge>,
  { tasks, undone }: EventData["land.done"],
): There {
  const there = new Map(before.tasks);
  let { last } = before;
  for (const task of tasks) {
    last = merges.get(task)?.commit ?? last;
    there.set(task, merges.get(task)?.commit ?? "");
  }
  for (const [task, { undoneBy }] of merges)
    if (undoneBy !== null && (undone === undefined || undone.includes(task))) {
      if (there.delete(task)) last = undoneBy;
    }
  return { tasks: there, last };
}

/** The newest landing that was not taken back; null: none is. */
export function lastLanding(events: readonly RecordedEvent[]): (RecordedEvent & { readonly type: "land.done" }) | null {
  const landings: (RecordedEvent & { readonly type: "land.done" })[] = [];
  for (const event of events) {
    if (event.type === "land.done") landings.push(event);
    if (event.type !== "land.undone") continue;
    const { into } = event.data;
    landings.splice(
      landings.findLastIndex(({ data }) => data.into === into),
      1,
    );
  }
  return landings.at(-1) ?? null;
}
