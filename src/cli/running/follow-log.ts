import type { RecordedEvent } from "../../domain/events.ts";
import type { EventFilter, EventLog } from "../../engine/ports/event-log.ts";

/** A reader of the log that goes on as it grows. */
export interface LogFollower {
  /** Gives what is committed by now, then ends. */
  stop(): Promise<void>;
}

const atOnce = 1_000;

/** Gives all events after a position in order, once each. What the handler throws ends it and comes out of `stop`. */
export function followLog(
  log: EventLog,
  from: number,
  filter: EventFilter,
  handle: (events: readonly RecordedEvent[]) => void | Promise<void>,
): LogFollower {
  let pos = from;
  let asked = true;
  const read = async (): Promise<void> => {
    while (asked) {
      asked = false;
      for (;;) {
        const events = await log.since(pos, { ...filter, limit: atOnce });
        pos = events.at(-1)?.pos ?? pos;
        if (events.length > 0) await handle(events);
        if (events.length < atOnce) break;
      }
    }
  };
  let reading = read();
  reading.catch(() => undefined);
  const look = (): void => {
    asked = true;
    reading = reading.then(read);
    reading.catch(() => undefined);
  };
  const unfollow = log.follow(look);
  return {
    async stop() {
      unfollow();
      look();
      await reading;
    },
  };
}
