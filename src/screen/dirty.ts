import type { RecordedEvent } from "../domain/events.ts";
import type { SliceName } from "../view/screen-source.ts";

export interface DirtySlice {
  readonly slice: SliceName;
  /** Null: whatever its id. */
  readonly id: string | null;
}

const all = (slice: SliceName): DirtySlice => ({ slice, id: "" });

/** Which slices an event makes stale. */
export function dirtiedBy(event: RecordedEvent): readonly DirtySlice[] {
  const { type, task } = event;
  const [subject] = type.split(".");
  const dirty: DirtySlice[] = [all("events")];
  if (task !== undefined) dirty.push({ slice: "events", id: task }, { slice: "task", id: task });
  switch (subject) {
    case "run":
    case "settings":
    case "backlog":
      return [...dirty, all("run"), all("tasks"), all("models")];
    case "attempt":
    case "call":
    case "budget":
      return [...dirty, all("run"), all("tasks"), all("models")];
    case "breaker":
      return [...dirty, all("models")];
    case "hold":
      return [...dirty, all("models"), all("tasks")];
    case "question":
      return [
        ...dirty,
        all("review"),
        all("tasks"),
        ...(task === undefined ? [] : [{ slice: "diff", id: task } as const]),
      ];
    case "commit":
    case "merge":
      return [...dirty, all("tasks"), ...(task === undefined ? [] : [{ slice: "diff", id: task } as const])];
    case "task":
    case "step":
    case "risk":
    case "steps":
      return [...dirty, all("tasks")];
    default:
      return dirty;
  }
}
