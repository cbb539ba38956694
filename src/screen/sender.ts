import type { RepositoryId, RunId } from "../domain/ids.ts";
import type { Actor, Command, Hold } from "../domain/question.ts";
import type { Clock, Ledger } from "../engine/ports.ts";
import type { Draft, Notice } from "../view/screen-source.ts";
import type { ScreenCommand, SendCommand } from "../view/screen-command.ts";
import { encodeDraft } from "./draft-text.ts";

/** How long a decision may be taken back. */
export const undoMs = 5_000;
/** A draft is kept once nobody typed for so long. */
const draftPauseMs = 300;
/** How long a failure to leave the run keeps the screen up at most. */
const mostNotices = 20;

export interface SenderParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly repository: RepositoryId;
  /** The repository's last run. */
  readonly run: () => RunId | null;
  readonly actor: (how: string) => Actor;
  /** Whether this screen was started by an agent: then it decides nothing. */
  readonly byAgent: () => Promise<boolean>;
  readonly holds: () => readonly Hold[];
  readonly drafts: { put(key: string, text: string | null): Promise<void> };
  /** Starts an engine for the unfinished run; the text says what came of it. */
  readonly startEngine: () => Promise<{ readonly ok: boolean; readonly text: string }>;
  /** The terminal: leaving it, lending it. */
  readonly leave: () => void;
  readonly suspend: () => void;
  readonly repaint: () => void;
  readonly editOutside: (text: string, written: (text: string) => void) => void;
  /** Slices of this name and id are to be read again. */
  readonly mark: (slice: "run" | "review" | "draft", id: string) => void;
}

/** Sends what the screen asks for to the ledger, where every other terminal could have asked for it too. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #typing = new Map<string, AbortController>();
  readonly #waitingDrafts = new Map<string, Draft | null>();
  #notices: readonly Notice[] = [];

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  readonly send: SendCommand = (command, written) => {
    this.#perform(command, written).catch((error: unknown) => {
      this.notice("error", error instanceof Error ? error.message : String(error));
    });
  };

  notice(level: Notice["level"], text: string): void {
    const { clock, newId, mark } = this.#parts;
    this.#notices = [...this.#notices, { id: newId(), at: clock.now(), level, text }].slice(-mostNotices);
    mark("run", "");
  }

  /** Writes the drafts that wait for a pause. */
  async flush(): Promise<void> {
    for (const [question, draft] of this.#waitingDrafts) await this.#writeDraft(question, draft);
  }

  async #perform(command: ScreenCommand, written?: (text: string) => void): Promise<void> {
    const parts = this.#parts;
    switch (command.kind) {
      case "answer":
        return await this.#answer(command);
      case "take_back":
        return await this.#takeBack(command.question);
      case "give":
        return await this.#give(command.command);
      case "release_hold":
        return await this.#release(command.hold, "retry now");
      case "keep_hold":
        return await this.#keepHold(command.hold);
      case "hold_model":
        return await this.#holdModel(command.model);
      case "reset_breaker":
        return await parts.ledger.breakers.reset(command.model, parts.actor("screen"));
      case "save_draft":
        return await this.#draftLater(command.question, command.draft);
      case "start_engine": {
        const start = await parts.startEngine();
        return this.notice(start.ok ? "info" : "error", start.text);
      }
      case "leave":
        if (command.run !== "keep") await this.#give({ kind: "stop", now: command.run === "stop_now" });
        return parts.leave();
      case "suspend":
        return parts.suspend();
      case "repaint":
        return parts.repaint();
      case "edit_outside":
        return parts.editOutside(command.text, written ?? (() => undefined));
    }
  }

  async #answer(command: Extract<ScreenCommand, { kind: "answer" }>): Promise<void> {
    const { ledger, clock, actor, byAgent } = this.#parts;
    const { question, action, text, model } = command;
    const outcome = await ledger.decisions.answer(
      { question, action, text, model, actor: actor("screen"), effectiveAt: clock.now() + undoMs },
      await byAgent(),
    );
    if (outcome.ok) return;
    const why = { unknown: "it waits no longer", answered: "somebody answered first", illegal: "that is no answer to it", agent: "only people decide" };
    this.notice("error", `${command.task}: not taken, ${why[outcome.why]}`);
  }

  async #takeBack(question: string): Promise<void> {
    const back = await this.#parts.ledger.decisions.takeBack(question, this.#parts.actor("screen"));
    this.notice(back ? "info" : "error", back ? "taken back" : "too late to take it back");
  }

  async #give(command: Command): Promise<void> {
    const { ledger, repository, run, newId, actor, clock } = this.#parts;
    await ledger.decisions.give(repository, run(), { id: newId(), command, actor: actor("screen"), givenAt: clock.now() });
  }

  async #release(id: string, reason: string): Promise<void> {
    const { ledger, repository, run, actor } = this.#parts;
    await ledger.log.append({ repository, run: run(), events: [{ type: "hold.released", data: { id, by: actor("screen"), reason } }] });
  }

  async #keepHold(id: string): Promise<void> {
    const { ledger, repository, run, holds } = this.#parts;
    const hold = holds().find((one) => one.id === id);
    if (hold === undefined) return;
    const kept: Hold = { ...hold, untilMs: null, by: "person" };
    await ledger.log.append({ repository, run: run(), events: [{ type: "hold.set", data: { hold: kept } }] });
  }

  async #holdModel(model: string): Promise<void> {
    const { ledger, repository, run, newId, clock, actor } = this.#parts;
    const reason = `held by ${actor("screen").name}`;
    const hold: Hold = { id: newId(), scope: "model", target: model, reason, untilMs: null, by: "person", setAt: clock.now(), resumes: 0 };
    await ledger.log.append({ repository, run: run(), events: [{ type: "hold.set", data: { hold } }] });
  }

  async #draftLater(question: string, draft: Draft | null): Promise<void> {
    this.#waitingDrafts.set(question, draft);
    this.#typing.get(question)?.abort();
    const pause = new AbortController();
    this.#typing.set(question, pause);
    await this.#parts.clock.wait(draftPauseMs, pause.signal);
    if (!pause.signal.aborted) await this.#writeDraft(question, draft);
  }

  async #writeDraft(question: string, draft: Draft | null): Promise<void> {
    this.#waitingDrafts.delete(question);
    await this.#parts.drafts.put(question, draft === null ? null : encodeDraft(draft));
    this.#parts.mark("draft", question);
  }
}
