import type { RecordedEvent } from "../../domain/events.ts";
import { jsonLine } from "../../view/json/json-line.ts";
import { eventLine } from "../../view/log/event-lines.ts";
import { isLogged, type LogLevel } from "../inputs/log-level.ts";

/** One event as a line for log services, with the ids that belong together; null: below the level. */
export function structuredLine(event: RecordedEvent, least: LogLevel): string | null {
  const line = eventLine(event);
  const level = line?.level ?? "debug";
  if (!isLogged(level, least)) return null;
  return jsonLine({
    at: new Date(event.at).toISOString(),
    level,
    run: event.run,
    task: event.task ?? null,
    step: event.step ?? null,
    call: event.call ?? null,
    correlation: event.correlation ?? null,
    model: line?.model ?? null,
    type: event.type,
    message: line?.text ?? event.type,
  });
}
