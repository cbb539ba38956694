import type { RecordedEvent } from "../domain/events.ts";
import type { CommandId, RepositoryId, TaskId } from "../domain/ids.ts";
import { undoMs, type Actor, type Command, type Hold } from "../domain/question.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { ScreenCommand, SendCommand } from "../view/screen/screen-command.ts";
import { decisionOf, doneWords, isDecision, later, refusals, taskOf, wordsOf, wordsOfError } from "./command-words.ts";
import { performAsk, type AskCommand, type ScreenAsks } from "./screen-asks.ts";
import type { ScreenLedger } from "./ledger-reads.ts";
import type { MountedScreen } from "./mount.ts";
import type { ScreenStore } from "./store.ts";
import { useWorkplace, type Workplace } from "./workplace.ts";

/** What came of starting an engine, in words. */
export interface EngineStart {
  readonly ok: boolean;
  readonly text: string;
}

/** What came of writing in the person's own editor. */
export type Edited =
  | { readonly kind: "saved"; readonly text: string }
  | { readonly kind: "failed"; readonly why: string };

/** What a person changes of the backlog while it is worked on. Each says what it did, in words, and rejects with why it did not. */
export interface TaskChanges {
  add(goal: string): Promise<string>;
  note(task: TaskId, text: string): Promise<string>;
  prioritize(task: TaskId, by: 1 | -1): Promise<string>;
  /** What would land: the branch on the first line, "" where nothing would. */
  landing(): Promise<string>;
  land(into: string): Promise<string>;
  /** What happened in the last day. */
  report(): Promise<string>;
  /** In the terminal that is lent to the person's editor. */
  edit(task: TaskId): Promise<string>;
}

export interface CommandParts {
  readonly ledger: ScreenLedger;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly repository: { readonly id: RepositoryId };
  readonly actor: () => Actor;
  /** The door of decisions: why this one is refused, which is then recorded; null: a person's, it may go on. */
  readonly refusal: (wanted: { readonly what: string; readonly task: string | null }) => Promise<string | null>;
  /** Told of each decision that was let through, when it has been tried; what there is to doubt about it hangs on that. */
  readonly settled?: (tookEffect: boolean) => Promise<void>;
  readonly startEngine: () => Promise<EngineStart>;
  readonly tasks: TaskChanges;
  /** Absent: nobody can be asked from here. */
  readonly asks?: ScreenAsks | undefined;
  readonly workplace: Workplace;
  /** Opens the person's editor in the terminal that is lent to it. */
  readonly editText: (text: string) => Promise<Edited>;
  /** Copies a text; the answer says where it is now. */
  readonly copy: (text: string) => string;
}

/** The screen as far as commands concern it. */
export type ScreenControls = Omit<MountedScreen, "left">;

type BesideCommand = AskCommand | Extract<ScreenCommand, { readonly kind: "look_landing" | "land" | "report" }>;

/** Does what the screen asks for: rows in the ledger, as every other terminal could have written them. */
export class ScreenCommands {
  readonly #parts: CommandParts;
  readonly #store: ScreenStore;
  readonly #screen: () => ScreenControls | null;
  /** Commands whose result is not known yet. */
  readonly #given = new Map<CommandId, Command>();
  /** The end of the decision that was made last. */
  #decided = Promise.resolve();

  constructor(parts: CommandParts, store: ScreenStore, screen: () => ScreenControls | null) {
    this.#parts = parts;
    this.#store = store;
    this.#screen = screen;
    store.onNews((events) => this.#hear(events));
  }

  readonly send: SendCommand = (command, written) => {
    // One after the other: what is doubted about one is recorded with no other.
    const done = isDecision(command)
      ? (this.#decided = this.#decided.then(() => this.#decide(command).catch(this.#failed)))
      : this.#perform(command, written ?? (() => {}));
    done.catch(this.#failed);
  };

  readonly #failed = (error: unknown): void => this.#store.notify("error", wordsOfError(error));

  async #decide(command: ScreenCommand): Promise<void> {
    const refusal = await this.#parts.refusal({ what: decisionOf(command), task: taskOf(command) });
    if (refusal !== null) return this.#store.notify("error", `refused: ${refusal}`);
    let tookEffect = false;
    try {
      tookEffect = (await this.#perform(command, () => {})) !== false;
    } finally {
      await this.#parts.settled?.(tookEffect);
    }
  }

  /** False: it had no effect, which was said. */
  async #perform(command: ScreenCommand, written: (text: string) => void): Promise<unknown> {
    const { tasks } = this.#parts;
    switch (command.kind) {
      case "answer":
        return await this.#answer(command);
      case "take_back":
        return await this.#takeBack(command.question, command.task);
      case "give":
        return await this.#give(command.command);
      case "note_task":
        return await this.#say(tasks.note(command.task, command.text));
      case "prioritize":
        return await this.#say(tasks.prioritize(command.task, command.by));
      case "add_task":
        return await this.#say(tasks.add(command.goal));
      case "edit_task":
        return this.#screen()?.releaseTerminal(() => this.#say(tasks.edit(command.task)).catch(this.#failed));
      case "release_hold":
        return await this.#releaseHold(command.hold);
      case "keep_hold":
        return await this.#keepHold(command.hold);
      case "hold_model":
        return await this.#hold("model", command.model, null);
      case "hold":
        return await this.#hold(command.scope, command.target, command.untilMs);
      case "reset_breaker":
        return await this.#parts.ledger.breakers.reset(command.model, this.#parts.actor());
      case "save_draft":
        return this.#store.saveDraft(command.question, command.draft);
      case "start_engine":
        return await this.#startEngine();
      case "leave":
        if (command.run !== "keep") await this.#give({ kind: "stop", now: command.run === "stop_now" });
        return this.#screen()?.leave();
      case "suspend":
      case "repaint":
        return this.#screen()?.[command.kind]();
      case "copy":
        return this.#store.notify("info", `copied ${command.what} ${this.#parts.copy(command.text)}`);
      case "mouse":
        return this.#screen()?.setMouse(command.on);
      case "diff_context":
        return this.#store.diffContext(command.task, command.lines);
      case "edit_file":
      case "shell":
      case "page":
        return this.#lend(async (place) => {
          const unread = await useWorkplace(place, this.#store, command);
          if (unread !== null) written(unread);
        });
      case "edit_outside":
        return this.#screen()?.releaseTerminal(() => this.#edit(command.text, written));
      default:
        return await this.#performBeside(command, written);
    }
  }

  /** What commands of the command line do, beside the screen. */
  async #performBeside(command: BesideCommand, written: (text: string) => void): Promise<unknown> {
    const { tasks, asks } = this.#parts;
    const say = (text: string): void => this.#store.notify("info", text);
    switch (command.kind) {
      case "look_landing":
        return written(await tasks.landing().catch((error: unknown) => `\n${wordsOfError(error)}`));
      case "land":
        say(`landing on ${command.into} …`);
        return await this.#say(tasks.land(command.into));
      case "report":
        return written(await tasks.report());
      default:
        return await performAsk(asks, command, { written, say });
    }
  }

  async #say(done: Promise<string>): Promise<void> {
    this.#store.notify("info", await done);
  }

  async #answer({
    question,
    task,
    action,
    text,
    model,
    at,
  }: Extract<ScreenCommand, { kind: "answer" }>): Promise<boolean> {
    const { ledger, clock, actor } = this.#parts;
    const effectiveAt = (at ?? clock.now()) + undoMs;
    const outcome = await ledger.decisions.answer({ question, action, text, model, actor: actor(), effectiveAt });
    if (!outcome.ok) this.#store.notify("error", `${task}: ${refusals[outcome.why]}`);
    else if (this.#store.engine.state !== "alive") this.#store.notify("info", `${task}: ${later}`);
    return outcome.ok;
  }

  async #takeBack(question: string, task: string): Promise<boolean> {
    const done = await this.#parts.ledger.decisions.takeBack(question, this.#parts.actor());
    this.#store.notify(done ? "info" : "error", done ? `${task}: taken back` : `${task}: too late to take it back`);
    return done;
  }

  async #give(command: Command): Promise<void> {
    const { ledger, repository, newId, clock, actor } = this.#parts;
    const id = newId();
    this.#given.set(id, command);
    await ledger.decisions.give(repository.id, this.#run(), { id, command, actor: actor(), givenAt: clock.now() });
    if (this.#store.engine.state !== "alive") this.#store.notify("info", `${wordsOf(command)}: ${later}`);
  }

  /** Says what the engine made of what was asked for here, and which decision a person should look at again. */
  #hear(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.type === "decision.doubted") this.#store.notify("error", `look again: ${event.data.what}`);
      if (event.type !== "command.taken") continue;
      const command = this.#given.get(event.data.id);
      if (command === undefined) continue;
      this.#given.delete(event.data.id);
      const { result } = event.data;
      this.#store.notify(doneWords.has(result) ? "info" : "error", `${wordsOf(command)}: ${result}`);
    }
  }

  /** What follows from the settings is ended by changing them. */
  #isBySettings(id: string): boolean {
    const hold = this.#store.getSnapshot("tasks", "").holds.find((known) => known.id === id);
    if (hold?.by !== "settings") return false;
    this.#store.notify("error", `held by your settings: ${hold.reason}; a run reads them as it starts`);
    return true;
  }

  async #releaseHold(id: string): Promise<unknown> {
    if (this.#isBySettings(id)) return false;
    return await this.#append({
      type: "hold.released",
      data: { id, by: this.#parts.actor(), reason: "retry now" },
    });
  }

  async #keepHold(of: string): Promise<boolean> {
    const hold = this.#store.getSnapshot("tasks", "").holds.find((known) => known.id === of);
    // What followed from the settings is written down from now on.
    const anew = hold?.by === "settings" ? { id: this.#parts.newId(), setAt: this.#parts.clock.now() } : {};
    if (hold === undefined) this.#store.notify("error", "that hold is over already");
    else await this.#append({ type: "hold.set", data: { hold: { ...hold, ...anew, untilMs: null, by: "person" } } });
    return hold !== undefined;
  }

  async #hold(scope: Hold["scope"], target: string, untilMs: number | null): Promise<void> {
    const { newId, clock, actor } = this.#parts;
    const hold: Hold = {
      id: newId(),
      scope,
      target,
      reason: `held by ${actor().name}`,
      untilMs,
      by: "person",
      setAt: clock.now(),
      resumes: 0,
    };
    return await this.#append({ type: "hold.set", data: { hold } });
  }

  async #append(event: Parameters<ScreenLedger["log"]["append"]>[0]["events"][number]): Promise<void> {
    const { ledger, repository } = this.#parts;
    await ledger.log.append({ repository: repository.id, run: this.#run(), events: [event] });
  }

  async #startEngine(): Promise<boolean> {
    const { engine } = this.#store;
    engine.awaitEngine();
    try {
      const started = await this.#parts.startEngine();
      this.#store.notify(started.ok ? "info" : "error", started.text);
      if (!started.ok) engine.stopAwaiting();
      return started.ok;
    } catch (error) {
      engine.stopAwaiting();
      throw error;
    }
  }

  /** The terminal belongs to one of the person's own programs until it ends. */
  #lend(work: (place: Workplace) => Promise<void>): void {
    this.#screen()?.releaseTerminal(() => work(this.#parts.workplace).catch(this.#failed));
  }

  async #edit(text: string, written: (text: string) => void): Promise<void> {
    const edited = await this.#parts.editText(text);
    if (edited.kind === "saved") written(edited.text);
    else this.#store.notify("error", edited.why);
  }

  #run(): string | null {
    return this.#store.getSnapshot("run", "").run?.id ?? null;
  }
}
