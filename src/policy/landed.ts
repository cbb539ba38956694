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
}

/** `integration` null: whichever branch they were merged into. */
export function landedOn(
  events: readonly RecordedEvent[],
  { into, integration }: { readonly into: string; readonly integration: string | null },
): Landed {
  const merges = new Map<TaskId, Merge>();
  let there = new Map<TaskId, string>();
  const before: Map<TaskId, string>[] = [];
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
      before.push(there);
      there = afterLanding(there, merges, event.data);
    } else if (event.type === "land.undone" && event.data.into === into) there = before.pop() ?? there;
  }
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
  };
}

function afterLanding(
  before: ReadonlyMap<TaskId, string>,
  merges: ReadonlyMap<TaskId, Merge>,
  { tasks, undone }: EventData["land.done"],
): Map<TaskId, string> {
  const there = new Map(before);
  for (const task of tasks) there.set(task, merges.get(task)?.commit ?? "");
  for (const [task, { undoneBy }] of merges)
    if (undoneBy !== null && (undone === undefined || undone.includes(task))) there.delete(task);
  return there;
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
