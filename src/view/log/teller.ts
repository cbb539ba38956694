import type { EventData, EventType, RecordedEvent } from "../../domain/events.ts";
import type { ModelName } from "../../domain/ids.ts";

export type EventLevel = "info" | "warn" | "error";

/** What is said of an event. */
export interface Told {
  readonly text: string;
  readonly level?: EventLevel;
  readonly model?: ModelName | null;
  readonly asks?: boolean;
}

/** Null: machinery that tells a person nothing. */
export type Teller<T extends EventType> = (
  data: EventData[T],
  event: Pick<RecordedEvent, "at" | "step">,
) => Told | null;
