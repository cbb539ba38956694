import type { ApprovalDecision, CallEvent } from "../../engine/ports/adapter.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { InputChannel } from "../../processes/input-channel.ts";
import { answerTag, type OutgoingLine, type ProtocolClient } from "./line-parser.ts";

/** One attempt's talk with its program: what the talker wants said is said in order, once, also over a change of engines. */
export class Conversation {
  readonly #client: ProtocolClient;
  readonly #talk: InputChannel;
  #last: Promise<void> = Promise.resolve();

  private constructor(client: ProtocolClient, talk: InputChannel) {
    this.#client = client;
    this.#talk = talk;
  }

  /** `over` aborts when the program has ended. */
  static async begin(client: ProtocolClient, folder: string, clock: Clock, over: AbortSignal): Promise<Conversation> {
    const conversation = new Conversation(client, await InputChannel.with(folder, clock, over));
    conversation.#say(client.opening());
    return conversation;
  }

  /** An engine died in the middle of a word: nobody knows what the program has read, and nothing more is written to it. */
  get isTorn(): boolean {
    return this.#talk.isTorn;
  }

  /** Replies to what was read; of its events those remain that nobody has answered. */
  heard(events: readonly CallEvent[]): readonly CallEvent[] {
    this.#say(this.#client.replies());
    return events.filter((event) => event.type !== "approval" || !this.#talk.hasSaid(answerTag(event.id)));
  }

  answer(id: string, decision: ApprovalDecision, message: string | null): void {
    this.#say(this.#client.answer(id, decision, message));
  }

  /** Nothing more will be said. */
  async end(): Promise<void> {
    await this.#talk.end();
  }

  /** When the program has ended, or (left) is another engine's from now on. */
  async close(isLeft: boolean): Promise<void> {
    if (isLeft) this.#talk.leave();
    else await this.#talk.close();
  }

  /** A disk that takes no note of it ends nothing: the program goes on without an answer until a limit ends it. */
  #say(says: readonly OutgoingLine[]): void {
    if (this.isTorn) return;
    for (const { tag, line } of says) this.#last = this.#last.then(() => this.#talk.say(tag, line)).catch(() => {});
  }
}
