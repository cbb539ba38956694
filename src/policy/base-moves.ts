import type { EventType, RecordedEvent } from "../domain/events.ts";

/** What is read of the log to know which tip of a base the integration branch has seen. */
export const baseEvents = ["run.started", "base.followed", "land.done", "land.undone"] as const satisfies EventType[];

/** The tip of a base that was seen last, and whether a person goes on without it. */
export interface SeenTip {
  readonly commit: string;
  readonly kept: boolean;
}

/**
 * The tip of a base that was seen last for an integration branch, before the run of now began; null: none was. A run that goes on
 * says the tip of its first beginning again, which is no news.
 */
export function seenTip(
  events: readonly RecordedEvent[],
  { base, integration, run }: { readonly base: string; readonly integration: string; readonly run: string },
): SeenTip | null {
  let seen: SeenTip | null = null;
  const now = events.findLast((event) => event.type === "run.started" && event.run === run);
  for (const event of events) if (event !== now) seen = tipSeenBy(event, base, integration) ?? seen;
  return seen ?? (now === undefined ? null : tipSeenBy(now, base, integration));
}

function tipSeenBy(event: RecordedEvent, base: string, integration: string): SeenTip | null {
  switch (event.type) {
    case "run.started": {
      const { data } = event;
      const isOurs = data.base === base && data.integration === integration && !data.resumed;
      return isOurs ? { commit: data.baseCommit, kept: false } : null;
    }
    case "base.followed": {
      const { data } = event;
      const isOurs = data.base === base && data.into === integration;
      return isOurs ? { commit: data.to, kept: data.by === "kept" } : null;
    }
    case "land.done":
      return event.data.into === base ? { commit: event.data.commit, kept: false } : null;
    case "land.undone":
      return event.data.into === base ? { commit: event.data.to, kept: false } : null;
    default:
      return null;
  }
}
