import type { AskSnapshot, AskSource } from "../../components/ask/AskScreen.tsx";
import type { AskAnswer, AskFailure, SynthesisEnd } from "../domain/ask.ts";
import type { RecordedEvent } from "../domain/events.ts";
import type { CallId, ModelName } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Scratch } from "../engine/ports/scratch.ts";
import type { AskBoard } from "../view/ask/ask-state.ts";
import { afterAll, afterEnd, afterEvent, afterText, afterTool } from "../view/ask/ask-board.ts";
import { Ticker } from "./ticker.ts";

const tickMs = 33;
const frameMs = 125;
const secondMs = 1_000;

/** What the screen of an ask shows: changed at once, told at most 30 times a second. It stands still when all is over. */
export class AskStore implements AskSource {
  readonly #clock: Clock;
  readonly #motion: boolean;
  readonly #ticker: Ticker;
  readonly #listeners = new Set<() => void>();
  #board: AskBoard;
  #shown: AskSnapshot;

  constructor(clock: Clock, motion: boolean, board: AskBoard) {
    this.#clock = clock;
    this.#motion = motion;
    this.#board = board;
    this.#shown = { board, now: clock.now(), frame: 0 };
    this.#ticker = new Ticker(clock, () => this.#tick());
    this.#ticker.at(clock.now());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): AskSnapshot => this.#shown;

  /** Where calls leave what they say. */
  readonly scratch: Scratch = {
    tail: (call: CallId, text: string): void => this.#change(afterText(this.#board, call, text)),
    tool: (call: CallId, tool: string | null): void => this.#change(afterTool(this.#board, call, tool)),
    read: () => null,
  };

  take(events: readonly RecordedEvent[]): void {
    this.#change(events.reduce(afterEvent, this.#board));
  }

  ended(end: AskAnswer | AskFailure): void {
    this.#change(afterEnd(this.#board, end));
  }

  allEnded(synthesis: SynthesisEnd | null): void {
    this.#change(afterAll(this.#board, synthesis, this.#clock.now()));
  }

  voted(model: ModelName): void {
    this.#change({ ...this.#board, voted: model });
  }

  say(notice: string): void {
    this.#change({ ...this.#board, notice });
  }

  close(): void {
    this.#ticker.stop();
  }

  #change(board: AskBoard): void {
    this.#board = board;
    this.#ticker.at(Math.max(this.#clock.now(), this.#shown.now + tickMs));
  }

  #tick(): Promise<void> {
    const now = this.#clock.now();
    this.#shown = { board: this.#board, now, frame: Math.floor((now - this.#board.startedAt) / frameMs) };
    for (const listener of this.#listeners) listener();
    if (this.#board.endedAt === null) this.#ticker.at(now + (this.#motion ? frameMs : secondMs));
    return Promise.resolve();
  }
}
