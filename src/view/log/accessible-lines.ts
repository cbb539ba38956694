import type { RecordedEvent } from "../../domain/events.ts";
import { clean } from "../text/clean.ts";
import { eventLine } from "./event-lines.ts";
import type { EventLevel } from "./teller.ts";

const levelWord: Record<EventLevel, string> = { info: "", warn: "Warning: ", error: "Error: " };

/** One event for who listens: words alone, no time, no marks, no colour. Null: not shown. */
export function accessibleLine(event: RecordedEvent): string | null {
  const line = eventLine(event);
  if (line === null) return null;
  const text = clean(line.text, { max: 1000 })
    .replace(/^→ /, "now ")
    .replace(/[.…]?$/, ".");
  const about =
    line.task === null ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : `Task ${clean(line.task)}: ${text}`;
  const model = line.model === null || text.includes(line.model) ? "" : ` Model ${clean(line.model)}.`;
  return `${levelWord[line.level]}${about}${model}`;
}
