import type { RecordedEvent } from "../../domain/events.ts";
import { clean } from "../text/clean.ts";
import { eventLine } from "./event-lines.ts";
import type { EventLevel } from "./teller.ts";

const levelWord: Record<EventLevel, string> = { info: "", warn: "Warning: ", error: "Error: " };

/** One event for who listens: words alone, no time, no marks, no colour. Null: not shown. */
export function accessibleLine(event: RecordedEvent): string | null {
  const line = eventLine(event);
  if (line === null) return null;
  const task = line.task === null ? "" : `Task ${clean(line.task)}: `;
  const model = line.model === null ? "" : `, model ${clean(line.model)}`;
  return `${levelWord[line.level]}${task}${clean(line.text, { max: 1000 })}${model}.`;
}
