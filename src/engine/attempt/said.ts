import type { Said } from "../../domain/transcript.ts";
import type { CallEvent } from "../ports/adapter.ts";

/** What of an event belongs to what the agent said and did; null: nothing. */
export function saidOf(event: CallEvent, at: number): Said | null {
  switch (event.type) {
    case "text":
    case "thinking":
      return { at, kind: event.type, text: event.text };
    case "tool":
      if (event.state === "start") return { at, kind: "tool", tool: event.name, text: event.detail };
      return event.result === undefined ? null : { at, kind: "result", tool: event.name, text: event.result };
    case "approval":
      return { at, kind: "notice", text: `asks whether it may use ${event.tool}: ${event.command ?? "a change"}` };
    case "retry":
      return { at, kind: "notice", text: event.message };
    case "unread":
    case "session":
    case "usage":
    case "cost":
    case "limits":
    case "activity":
    case "end":
      return null;
  }
}
