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
    const speech = new RedactedSpeech(redact);
    for await (const event of call) {
      if (event.type === "text" || event.type === "thinking") yield* speech.goesOn(event);
      else {
        if (!beside.has(event.type)) yield* speech.ends();
        yield redacted(event, redact);
      }
    }
    yield* speech.ends();
  },
  cancel: (reason) => call.cancel(reason),
  respond: (id, decision, message) => call.respond(id, decision, message),
});

type Speech = Extract<CallEvent, { readonly type: "text" | "thinking" }>;

/** What comes in between and ends no text. */
const beside: ReadonlySet<CallEvent["type"]> = new Set(["activity", "usage", "cost", "limits", "session", "unread"]);
const longestWord = 4_096;

/** A secret comes in several pieces, as all that streams: the last word waits until it is known how it goes on. */
class RedactedSpeech {
  readonly #redact: (text: string) => string;
  #held: Speech | null = null;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  *goesOn(event: Speech): Generator<CallEvent> {
    if (this.#held?.type !== event.type) yield* this.ends();
    const held = this.#held?.text ?? "";
    const text = held + event.text;
    const at = wordAt(event.text);
    const word = at > 0 ? held.length + at : Math.max(0, text.length - longestWord);
    this.#held = { ...event, text: text.slice(word) };
    yield word === 0 ? { type: "activity" } : { ...event, text: this.#redact(text.slice(0, word)) };
  }

  *ends(): Generator<CallEvent> {
    if (this.#held !== null && this.#held.text !== "") yield { ...this.#held, text: this.#redact(this.#held.text) };
    this.#held = null;
  }
}

/** Where the last word begins, of letters that keys are made of. */
function wordAt(text: string): number {
  let at = text.length;
  while (at > 0 && text.length - at < longestWord && /[!-~]/.test(text.charAt(at - 1))) at -= 1;
  return at;
}

function redacted(event: Exclude<CallEvent, Speech>, redact: (text: string) => string): CallEvent {
  switch (event.type) {
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
