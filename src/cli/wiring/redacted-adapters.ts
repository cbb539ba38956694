import type { AdapterName } from "../../domain/settings.ts";
import type { CallEvent, ModelAdapter, RunningCall } from "../../engine/ports/adapter.ts";

/**
 * The same adapters, whose errors, live texts and questions hold no secrets of this environment and nothing that is shaped
 * like a key: what they say goes into the ledger, into logs and onto screens. Answers are work and stay as they are.
 */
export const redactedAdapters = (
  adapters: ReadonlyMap<AdapterName, ModelAdapter>,
  redact: (text: string) => string,
): ReadonlyMap<AdapterName, ModelAdapter> =>
  new Map(
    [...adapters].map(([name, adapter]) => [
      name,
      {
        name: adapter.name,
        capabilities: adapter.capabilities,
        start: (spec, onProcess): RunningCall => redactedCall(adapter.start(spec, onProcess), redact),
      },
    ]),
  );

const redactedCall = (call: RunningCall, redact: (text: string) => string): RunningCall => ({
  async *[Symbol.asyncIterator]() {
    for await (const event of call) yield redacted(event, redact);
  },
  cancel: (reason) => call.cancel(reason),
  respond: (id, decision, message) => call.respond(id, decision, message),
});

function redacted(event: CallEvent, redact: (text: string) => string): CallEvent {
  switch (event.type) {
    case "text":
    case "thinking":
      return { ...event, text: redact(event.text) };
    case "tool":
      return {
        ...event,
        detail: redact(event.detail),
        ...(event.result === undefined ? {} : { result: judged(event.result, redact) ?? "" }),
      };
    case "unread":
      return { ...event, text: redact(event.text) };
    case "retry":
      return { ...event, message: redact(event.message) };
    case "approval": {
      const { command, diff } = event;
      return { ...event, command: judged(command, redact), diff: judged(diff, redact) };
    }
    case "end": {
      const { kind, text, failure } = event.outcome;
      if (kind === "success") return event;
      const fault = failure === null ? null : { ...failure, message: redact(failure.message) };
      return { ...event, outcome: { ...event.outcome, text: redact(text), failure: fault } };
    }
    case "session":
    case "usage":
    case "cost":
    case "limits":
    case "activity":
      return event;
  }
}

/** Line by line: no secret that goes over several hides what else may stand between them. */
const judged = (text: string | null, redact: (text: string) => string): string | null =>
  text === null ? null : text.split("\n").map(redact).join("\n");
