import type { AskAnswer, AskFailure, SynthesisEnd } from "../domain/ask.ts";
import type { RecordedEvent } from "../domain/events.ts";
import type { ModelName, RunId } from "../domain/ids.ts";
import type { PastAsk } from "../domain/past-ask.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Scratch } from "../engine/ports/scratch.ts";
import { newBoard } from "../view/ask/ask-board.ts";
import { boardOfPast } from "../view/ask/past-board.ts";
import type { ScreenCommand } from "../view/screen/screen-command.ts";
import { asksAtWork, type AsksSnapshot } from "../view/screen/screen-source.ts";
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
  readonly store: AskStore;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
  isOver: boolean;
}

/** Asks of the main screen: they go on while a person looks elsewhere, and end with the screen. */
export class ScreenAsks implements SliceLoader<AsksSnapshot> {
  readonly empty = nothing;
  readonly #door: AskDoor;
  readonly #clock: Clock;
  /** Told when there is something else to show. */
  onChange = (): void => {};
  readonly #motion: boolean;
  /** Also those that are over: their answers are looked at again. */
  readonly #started = new Map<RunId, Running>();
  /** Without a store it is one of those before. */
  #shown: { readonly id: RunId; readonly store: AskStore | null } | null = null;
  #past: readonly PastAsk[] | null = null;
  #isPastNew = true;

  constructor(door: AskDoor, clock: Clock, motion: boolean) {
    this.#door = door;
    this.#clock = clock;
    this.#motion = motion;
  }

  async load(id: string, before: AsksSnapshot): Promise<AsksSnapshot> {
    const running = [...this.#started.values()].filter(({ isOver }) => !isOver).length;
    if (id === asksAtWork) return running === before.running ? before : { ...nothing, running };
    if (this.#isPastNew) {
      this.#isPastNew = false;
      this.#past = await this.#door.past();
    }
    const shown = this.#shown;
    const board = shown === null ? null : (shown.store?.getSnapshot() ?? this.#still(shown.id));
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
    const store = new AskStore(this.#clock, this.#motion, newBoard(text, models, false, this.#clock.now()));
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
    const running: Running = { store, stop, isOver: false, ended: over.then(() => this.#end(running)) };
    this.#started.set(id, running);
    this.#shown = { id, store };
    this.onChange();
  }

  /** Null: the list of asks. */
  show(id: RunId | null): void {
    this.#shown = id === null ? null : { id, store: this.#started.get(id)?.store ?? null };
    this.onChange();
  }

  async vote(model: ModelName): Promise<string> {
    const shown = this.#shown;
    if (shown === null) return "no ask is shown";
    const said = await this.#door.vote(shown.id, model);
    shown.store?.voted(model);
    this.pastChanged();
    return said;
  }

  /** Ends the calls of the one that is shown. */
  stop(): void {
    if (this.#shown !== null) this.#started.get(this.#shown.id)?.stop.abort("stop");
  }

  /** Ends all calls, and waits for it. */
  async close(): Promise<void> {
    for (const { stop } of this.#started.values()) stop.abort("stop");
    await Promise.allSettled([...this.#started.values()].map(({ ended }) => ended));
    for (const { store } of this.#started.values()) store.close();
  }

  #end(running: Running): void {
    running.isOver = true;
    this.pastChanged();
  }

  /** Something was asked, or voted for, here or elsewhere. */
  pastChanged(): void {
    this.#isPastNew = true;
    this.onChange();
  }

  #still(id: RunId): AsksSnapshot["shown"] {
    const past = this.#past?.find((one) => one.id === id);
    return past === undefined ? null : { board: boardOfPast(past), now: past.at, frame: 0 };
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
