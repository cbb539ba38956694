import type { QuestionId } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Draft } from "../view/screen/screen-source.ts";
import { decodeDraft, encodeDraft } from "./draft-text.ts";
import type { SliceLoader } from "./slice-loader.ts";

/** Where drafts outlive this process, as text. Null: there is none, or it is to be forgotten. */
export interface DraftKeeper {
  get(question: QuestionId): Promise<string | null>;
  put(question: QuestionId, text: string | null): Promise<void>;
}

const pauseMs = 300;

/** What was written and not sent. Kept here at once, and outside after a pause in the writing. */
export class Drafts implements SliceLoader<Draft | null> {
  readonly empty = null;
  readonly #keeper: DraftKeeper;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  readonly #known = new Map<QuestionId, Draft | null>();
  readonly #unsaved = new Map<QuestionId, AbortController>();

  constructor(keeper: DraftKeeper, clock: Clock, onFault: (error: unknown) => void) {
    this.#keeper = keeper;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  async load(question: QuestionId): Promise<Draft | null> {
    const known = this.#known.get(question);
    if (known !== undefined || question === "") return known ?? null;
    const found = decodeDraft(await this.#keeper.get(question));
    // What was written meanwhile is newer.
    const newer = this.#known.get(question);
    if (newer !== undefined) return newer;
    this.#known.set(question, found);
    return found;
  }

  save(question: QuestionId, draft: Draft | null): void {
    this.#known.set(question, draft);
    this.#unsaved.get(question)?.abort();
    const pause = new AbortController();
    this.#unsaved.set(question, pause);
    void this.#clock
      .wait(pauseMs, pause.signal)
      .then(() => (this.#unsaved.get(question) === pause ? this.#put(question) : undefined));
  }

  /** Writes what still waits for a pause. */
  async flush(): Promise<void> {
    await Promise.all([...this.#unsaved.keys()].map((question) => this.#put(question)));
  }

  async #put(question: QuestionId): Promise<void> {
    this.#unsaved.get(question)?.abort();
    this.#unsaved.delete(question);
    try {
      const draft = this.#known.get(question) ?? null;
      await this.#keeper.put(question, draft === null ? null : encodeDraft(draft));
    } catch (error) {
      this.#onFault(error);
    }
  }
}
