import type { AskAnswer, AskFailure, SynthesisEnd } from "../domain/ask.ts";
import type { RecordedEvent } from "../domain/events.ts";
import type { ModelName, RunId } from "../domain/ids.ts";
import type { PastAsk } from "../domain/past-ask.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Scratch } from "../engine/ports/scratch.ts";
import { newBoard } from "../view/ask/ask-board.ts";
import { boardOfPast } from "../view/ask/past-board.ts";
import type { ScreenCommand } from "../view/screen/screen-command.ts";
import type { AsksSnapshot } from "../view/screen/screen-source.ts";
import { AskStore } from "./ask-store.ts";
import { wordsOfError } from "./command-words.ts";
import type { SliceLoader } from "./slice-loader.ts";

/** What an ask that runs tells as it goes on. */
export interface AskHearing {
  readonly scratch: Scratch;
  readonly onEvents: (events: readonly RecordedEvent[]) => void;
  readonly onEnd: (end: AskAnswer | AskFailure) => void;
}

/** Asks as the command does, with its rules for money, trust and walls. All reject with why not. */
export interface AskDoor {
  /** What it would cost, a line each, as far as anybody knows; nothing is sent. */
  look(text: string, models: readonly ModelName[]): Promise<readonly string[]>;
  /** `ended` resolves when all is over; aborting ends the calls. */
  start(
    text: string,
    models: readonly ModelName[],
    on: AskHearing,
    signal: AbortSignal,
  ): Promise<{
    readonly id: RunId;
    readonly models: readonly ModelName[];
    readonly notice: string | null;
    readonly ended: Promise<SynthesisEnd | null>;
  }>;
  vote(id: RunId, model: ModelName): Promise<string>;
  /** Those of this repository, the last one first. */
  past(): Promise<readonly PastAsk[]>;
}

const nothing: AsksSnapshot = { shown: null, id: null, running: 0, past: null };

/** Where nobody can be asked. */
export const noAsks: SliceLoader<AsksSnapshot> = { empty: nothing, load: () => nothing };

interface Running {
  readonly id: RunId;
  readonly store: AskStore;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

/** Asks of the main screen: they go on while a person looks elsewhere, and end with the screen. */
export class ScreenAsks implements SliceLoader<AsksSnapshot> {
  readonly empty = nothing;
  readonly #door: AskDoor;
  readonly #clock: Clock;
  /** Told when there is something else to show. */
  onChange = (): void => {};
  readonly #running = new Map<RunId, Running>();
  readonly #over = new Set<RunId>();
  #shown: { readonly id: RunId; readonly store: AskStore | null; readonly past: PastAsk | null } | null = null;
  #past: readonly PastAsk[] | null = null;
  #isPastNew = true;

  constructor(door: AskDoor, clock: Clock) {
    this.#door = door;
    this.#clock = clock;
  }

  async load(_id: string, before: AsksSnapshot): Promise<AsksSnapshot> {
    if (this.#isPastNew) {
      this.#isPastNew = false;
      this.#past = await this.#door.past();
    }
    const shown = this.#shown;
    const board = shown === null ? null : (shown.store?.getSnapshot() ?? this.#still(shown.past));
    const running = this.#running.size - this.#over.size;
    const same =
      before.past === this.#past &&
      before.id === (shown?.id ?? null) &&
      before.running === running &&
      before.shown?.board === board?.board &&
      before.shown?.frame === board?.frame;
    return same ? before : { shown: board, id: shown?.id ?? null, running, past: this.#past };
  }

  look(text: string, models: readonly ModelName[]): Promise<readonly string[]> {
    return this.#door.look(text, models);
  }

  /** Its answers are shown from now on. */
  async start(text: string, models: readonly ModelName[]): Promise<void> {
    const store = new AskStore(this.#clock, true, newBoard(text, models, false, this.#clock.now()));
    const stop = new AbortController();
    const hearing: AskHearing = {
      scratch: store.scratch,
      onEvents: (events) => store.take(events),
      onEnd: (end) => store.ended(end),
    };
    const { id, notice, ended } = await this.#door.start(text, models, hearing, stop.signal);
    if (notice !== null) store.say(notice);
    store.subscribe(() => this.onChange());
    const over = ended.then(
      (synthesis) => store.allEnded(synthesis),
      (error: unknown) => {
        store.allEnded(null);
        store.say(wordsOfError(error));
      },
    );
    this.#running.set(id, { id, store, stop, ended: over.then(() => this.#isOver(id)) });
    this.#shown = { id, store, past: null };
    this.onChange();
  }

  /** Null: the list of asks. */
  show(id: RunId | null): void {
    const past = this.#past?.find((one) => one.id === id) ?? null;
    const store = id === null ? null : (this.#running.get(id)?.store ?? null);
    this.#shown = id === null || (past === null && store === null) ? null : { id, store, past };
    this.onChange();
  }

  async vote(model: ModelName): Promise<string> {
    const id = this.#shown?.id;
    return id === undefined ? "no ask is shown" : await this.#door.vote(id, model);
  }

  /** Ends the calls of the one that is shown. */
  stop(): void {
    if (this.#shown !== null) this.#running.get(this.#shown.id)?.stop.abort("stop");
  }

  /** Ends all calls, and waits for it. */
  async close(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort("stop");
    await Promise.allSettled([...this.#running.values()].map(({ ended }) => ended));
    for (const { store } of this.#running.values()) store.close();
  }

  #isOver(id: RunId): void {
    this.#over.add(id);
    this.#isPastNew = true;
    this.onChange();
  }

  #still(past: PastAsk | null): AsksSnapshot["shown"] {
    return past === null ? null : { board: boardOfPast(past), now: past.at, frame: 0 };
  }
}

/** What is wanted of an ask. */
export type AskCommand = Extract<
  ScreenCommand,
  { readonly kind: "look_ask" | "start_ask" | "show_ask" | "vote_ask" | "stop_ask" }
>;

/** Does what the screen wants of an ask. */
export async function performAsk(
  asks: ScreenAsks | undefined,
  command: AskCommand,
  tell: { readonly written: (text: string) => void; readonly say: (text: string) => void },
): Promise<void> {
  if (asks === undefined) throw new Error("nobody can be asked from here");
  switch (command.kind) {
    case "look_ask": {
      const told = asks.look(command.text, command.models);
      return tell.written(
        (await told.catch((error: unknown) => [`it cannot be asked: ${wordsOfError(error)}`])).join("\n"),
      );
    }
    case "start_ask":
      return await asks.start(command.text, command.models);
    case "show_ask":
      return asks.show(command.ask);
    case "vote_ask":
      return tell.say(await asks.vote(command.model));
    case "stop_ask":
      return asks.stop();
  }
}
