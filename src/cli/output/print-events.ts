import type { RecordedEvent } from "../../domain/events.ts";
import { eventJson } from "../../view/json/json-events.ts";
import { eventLine, plainLine } from "../../view/log/event-lines.ts";
import { isLogged, logLevel } from "../inputs/log-level.ts";
import type { Program } from "../program/program.ts";

export type EventFormat = "plain" | "json";

/** Prints events as they come: lines for people, or one JSON object a line. Without `afterEnd` the end of a run is the last. */
export function eventPrinter(
  program: Program,
  format: EventFormat,
  options: { readonly afterEnd: boolean } = { afterEnd: false },
): (events: readonly RecordedEvent[]) => void {
  const { out } = program;
  const level = logLevel(program.env);
  const setUp = new Set<string>();
  let over = false;
  const print = (event: RecordedEvent): void => {
    if (format === "json") {
      const json = eventJson(event);
      if (json !== null && !over) out.json(json);
      if (event.type === "run.ended" && !options.afterEnd) over = true;
      return;
    }
    // Each way in which trees are set up is told once: it is much the same for all.
    if (event.type === "setup.ended" && setUp.has(event.data.cache) && !options.afterEnd) return;
    if (event.type === "setup.ended") setUp.add(event.data.cache);
    const line = eventLine(event);
    const text =
      line !== null && (line.asks || isLogged(line.level, level)) ? plainLine(event, { color: out.color }) : null;
    if (text !== null) out.cleaned(text);
  };
  return (events) => {
    for (const event of events) print(event);
  };
}
