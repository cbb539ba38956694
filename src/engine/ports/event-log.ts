import type { EventType, NewEvent, RecordedEvent } from "../../domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import type { Fence } from "./leases.ts";

/** Events that become true together. `run` null: no run is concerned (account-wide). */
export interface Batch {
  readonly repository: RepositoryId | null;
  readonly run: RunId | null;
  readonly fence?: Fence;
  readonly events: readonly NewEvent[];
}

/** The truth. Appending commits, folds the tables in the same transaction, then wakes followers. */
export interface EventLog {
  append(batch: Batch): Promise<readonly RecordedEvent[]>;
  /** In order of `pos`, which is over all streams. */
  since(pos: number, filter?: EventFilter): Promise<readonly RecordedEvent[]>;
  /** Called after a commit by this process, or by another within 33 ms (250 ms after 2 s of quiet). A hint only. */
  follow(listener: () => void): () => void;
  head(): Promise<number>;
}

export interface EventFilter {
  readonly repository?: RepositoryId;
  readonly run?: RunId;
  readonly task?: TaskId;
  readonly types?: readonly EventType[];
  readonly limit?: number;
  /** Newest `limit` events instead of the oldest; still returned in ascending order. */
  readonly last?: boolean;
}
