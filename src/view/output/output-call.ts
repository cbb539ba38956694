import type { CallId, TaskId } from "../../domain/ids.ts";
import type { TaskFacts } from "../screen/screen-source.ts";

/** Names the output of one call among all snapshots. */
export const outputId = (task: TaskId, call: CallId): string => `${call}@${task}`;

export function callOfOutput(id: string): { readonly task: TaskId; readonly call: CallId } | null {
  const at = id.indexOf("@");
  return at <= 0 ? null : { call: id.slice(0, at), task: id.slice(at + 1) };
}

export type ToldCall = TaskFacts["calls"][number];

/** The calls of a task in the order they began. */
export const callsInOrder = (facts: TaskFacts | null): readonly ToldCall[] =>
  (facts?.calls ?? []).toSorted((a, b) => a.startedAt - b.startedAt);

/** The place of the call that is shown: the chosen one, else the last that runs, else the last of all. */
export function shownCall(calls: readonly ToldCall[], chosen: CallId | null): number {
  const own = calls.findIndex(({ id }) => id === chosen);
  if (own >= 0) return own;
  const running = calls.findLastIndex(({ state }) => state === "running");
  return running >= 0 ? running : calls.length - 1;
}
