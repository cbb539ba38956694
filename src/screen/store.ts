import { parentIdOf } from "../domain/parts.ts";
import type { RecordedEvent } from "../domain/events.ts";
import type { Seen } from "../domain/seen.ts";
import { seenNotice } from "../view/log/seen-text.ts";
import {
  asksAtWork,
  type Draft,
  type Notice,
  type ScreenSource,
  type SliceName,
  type Slices,
} from "../view/screen/screen-source.ts";
import { dirtySlicesOf } from "./dirty-slices.ts";
import { Drafts } from "./drafts.ts";
import { EngineWatch } from "./engine-watch.ts";
import { LedgerReads, SettingsByDigest } from "./ledger-reads.ts";
import { createLedgerSlices } from "./ledger-slices.ts";
import { minutely } from "./minutely.ts";
import { PolledSlices } from "./polled-slices.ts";
import { noAsks } from "./screen-asks.ts";
import { RecentEvents } from "./recent-events.ts";
import { clockStepMs, ScreenClock } from "./screen-clock.ts";
import type { StoreParts } from "./store-parts.ts";
import { SliceCells } from "./slice-cells.ts";
import { Syntax } from "./syntax.ts";
import { TaskDiffs } from "./task-diffs.ts";
import type { TaskEventReads } from "./task-event-facts.ts";
import type { TaskRows } from "./task-rows.ts";
import { Ticker } from "./ticker.ts";

/** What keys decide by: current even where nothing of it is drawn. */
const keySlices = [
  ["run", ""],
  ["tasks", ""],
  ["models", ""],
  ["review", ""],
  ["asks", asksAtWork],
] as const;

const tickMs = 33;
const afterFaultMs = 1_000;
/** Beyond so many new events all is read anew instead. */
const gapEvents = 5_000;
const mostNotices = 20;

/**
 * What windows show, outside React. New events of the log mark slices out of date; a tick, at most each 33 ms and only while
 * something is out of date, loads those that somebody looks at and tells only who looks at them. No events, no tick, no frame.
 */
export class ScreenStore implements ScreenSource {
  readonly #parts: StoreParts;
  readonly #cells: SliceCells;
  readonly #rows: TaskRows;
  readonly #taskEvents: TaskEventReads;
  readonly #events: RecentEvents;
  readonly #polled: PolledSlices;
  readonly #drafts: Drafts;
  readonly #diffs: TaskDiffs;
  readonly #ticker: Ticker;
  readonly #settings = new SettingsByDigest();
  readonly #clockSlice: ScreenClock;
  readonly #newsListeners = new Set<(events: readonly RecordedEvent[]) => void>();
  readonly engine: EngineWatch;
  #notices: readonly Notice[] = [];
  /** Refs and files of which it was told that somebody else changed them. */
  readonly #toldOf = new Set<string>();
  #cursor: number | null = null;
  #hasNews = true;
  #movedAt = Number.NEGATIVE_INFINITY;
  #tickedAt = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;
  #faulty = false;
  #unfollow = (): void => {};
  readonly #opened = Promise.withResolvers<void>();

  constructor(parts: StoreParts) {
    const { ledger, clock, repository } = parts;
    this.#parts = parts;
    const tables = createLedgerSlices({
      ledger,
      repository,
      engine: () => this.engine.state,
      engineSaid: parts.engineSaid,
      notices: () => this.#notices,
      forecast: minutely(clock, parts.forecast ?? (async () => null)),
    });
    this.#rows = tables.rows;
    this.#taskEvents = tables.taskEvents;
    this.#events = new RecentEvents(ledger.log, repository.id);
    const models = () => this.getSnapshot("models", "").models;
    this.#polled = new PolledSlices({ scratch: parts.scratch, readSaid: parts.readSaid, clock, models });
    this.#drafts = new Drafts(parts.drafts, clock, (error) =>
      this.notify("error", `the draft could not be kept: ${wordsOf(error)}`),
    );
    this.#clockSlice = new ScreenClock(clock);
    this.#diffs = new TaskDiffs(parts.loadDiff, clock, (task) => this.#mark("diff", task));
    this.#cells = new SliceCells({
      ...tables.loaders,
      clock: this.#clockSlice,
      diff: this.#diffs,
      events: this.#events,
      live: this.#polled.live,
      output: this.#polled.output,
      activity: this.#polled.activity,
      draft: this.#drafts,
      asks: parts.asks ?? noAsks,
      syntax: new Syntax((id) => this.#mark("syntax", id)),
    });
    this.#ticker = new Ticker(clock, () => this.#tick());
    this.engine = new EngineWatch({
      ledger,
      repository: repository.id,
      clock,
      isDeadByPid: parts.isDeadByPid,
      onChange: () => this.#mark("run"),
    });
  }

  /** Loads what every view stands on, then follows the log. */
  async open(): Promise<void> {
    for (const [slice, id] of keySlices) this.#cells.watch(slice, id, () => {});
    this.#unfollow = this.#parts.ledger.log.follow(() => {
      this.#hasNews = true;
      this.#wake();
    });
    await this.engine.start();
    this.#wake();
    await this.#opened.promise;
  }

  /** Writes what waits to be written; nothing moves any more. */
  async close(): Promise<void> {
    this.#unfollow();
    this.engine.stop();
    this.#ticker.stop();
    await this.#drafts.flush();
  }

  getSnapshot<S extends SliceName>(slice: S, id: string): Slices[S] {
    return this.#cells.snapshot(slice, id);
  }

  subscribe(slice: SliceName, id: string, listener: () => void): () => void {
    if (this.#cells.watch(slice, id, listener)) this.#wake();
    return () => this.#cells.unwatch(slice, id, listener);
  }

  /** Before a key is applied: what it decides by the clock is decided by the present. */
  touch(): void {
    this.#cells.put("clock", "", this.#clockSlice.load("", this.getSnapshot("clock", "")));
  }

  notify(level: Notice["level"], text: string): void {
    const at = this.#parts.clock.now();
    const id = `${at}-${this.#notices.length}-${this.#notices.at(-1)?.id ?? ""}`.slice(0, 40);
    this.#notices = [...this.#notices, { id, at, level, text }].slice(-mostNotices);
    this.#mark("run");
  }

  saveDraft(question: string, draft: Draft | null): void {
    this.#drafts.save(question, draft);
    this.#mark("draft", question);
  }

  /** How many unchanged lines stand around each change of a task's diff. */
  diffContext(task: string, lines: number): void {
    this.#diffs.setContext(task, lines);
    this.#mark("diff", task);
  }

  /** What is not read from the ledger has changed. */
  changed(slice: SliceName): void {
    this.#mark(slice);
  }

  /** Hears every new event of the log before windows do. */
  onNews(listener: (events: readonly RecordedEvent[]) => void): void {
    this.#newsListeners.add(listener);
  }

  #mark(slice: SliceName, id?: string): void {
    if (this.#cells.mark(slice, id)) this.#wake();
  }

  #wake(): void {
    this.#ticker.at(Math.max(this.#parts.clock.now(), this.#tickedAt + tickMs, this.#restUntil));
  }

  async #tick(): Promise<void> {
    const { clock, ledger, repository, settings } = this.#parts;
    this.#tickedAt = clock.now();
    const wasFaulty = this.#faulty;
    this.#faulty = false;
    const onFault = (error: unknown): void => {
      if (!this.#faulty && !wasFaulty) this.notify("error", `the ledger cannot be read: ${wordsOf(error)}`);
      this.#faulty = true;
    };
    await this.#readNews().catch((error: unknown) => {
      this.#hasNews = true;
      onFault(error);
    });
    if (this.#clockSlice.isDue(this.getSnapshot("clock", ""))) this.#cells.mark("clock");
    this.#polled.mark(this.#cells);
    const reads = new LedgerReads(ledger, repository.id, this.#settings, settings, () => clock.now());
    const told = await this.#cells.refresh(reads, onFault);
    const toldAt = clock.now();
    for (const listener of told) listener();
    // What is told is drawn before the next turn of the queue.
    await Promise.resolve();
    // A screen that takes long to draw is told less often, so that keys find room between.
    const drawnMs = clock.now() - toldAt;
    this.#restUntil = this.#faulty ? clock.now() + afterFaultMs : clock.now() + Math.min(500, 2 * drawnMs);
    this.#scheduleNext();
    this.#opened.resolve();
  }

  #scheduleNext(): void {
    const now = this.#parts.clock.now();
    if (this.#hasNews || this.#faulty) this.#wake();
    const next = this.#polled.nextAt(this.#cells, now, this.#movedAt);
    if (next.at !== Number.POSITIVE_INFINITY) this.#ticker.at(Math.max(next.at, this.#restUntil));
    if (!this.#cells.isWatched("clock")) return;
    const facts = {
      run: this.getSnapshot("run", ""),
      tasks: this.getSnapshot("tasks", ""),
      review: this.getSnapshot("review", ""),
      movedAt: this.#movedAt,
    };
    const stepMs = clockStepMs(facts, this.#parts.motion, now);
    this.#clockSlice.stepMs = stepMs;
    // What streams in takes the clock along.
    if (stepMs !== null && !next.isStreaming) this.#ticker.at(Math.max(now + stepMs - (now % stepMs), this.#restUntil));
  }

  async #readNews(): Promise<void> {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    const { log } = this.#parts.ledger;
    // Set before anything is loaded for the first time, so nothing falls between.
    this.#cursor ??= await log.head();
    const news = await log.since(this.#cursor, { limit: gapEvents });
    if (news.length === 0) return;
    this.#movedAt = this.#parts.clock.now();
    if (news.length === gapEvents) {
      this.#cursor = await log.head();
      this.#allDirty();
      return;
    }
    this.#cursor = news.at(-1)?.pos ?? this.#cursor;
    this.#take(news);
  }

  #take(news: readonly RecordedEvent[]): void {
    const dirt = dirtySlicesOf(news, this.#parts.repository.id);
    for (const slice of dirt.slices) this.#cells.mark(slice);
    if (dirt.slices.has("activity")) this.#polled.activity.changed();
    for (const task of dirt.tasks) {
      this.#rows.changed(task);
      this.#taskEvents.changed(task);
      this.#cells.mark("task", task);
      // A task that is split shows where its parts stand.
      this.#cells.mark("task", parentIdOf(task) ?? task);
      this.#cells.mark("diff", task);
      this.#polled.output.changed(task);
    }
    if (dirt.allTasks) {
      this.#rows.allChanged();
      this.#taskEvents.allChanged();
    }
    for (const id of this.#events.grow(news)) this.#cells.mark("events", id);
    if (news.some(({ type }) => type === "run.started" || type === "run.ended")) this.engine.poke();
    for (const event of news)
      if (event.type === "watch.seen" && event.repository === this.#parts.repository.id) this.#noticeSeen(event.data);
    for (const listener of this.#newsListeners) listener(news);
  }

  /** Once for each thing: a person who works in the repository beside the tasks is not told of every commit of theirs. */
  #noticeSeen(seen: Seen): void {
    const isNew = seen.items.some(({ name }) => !this.#toldOf.has(name));
    for (const { name } of seen.items) this.#toldOf.add(name);
    if (isNew || seen.asks.length > 0) this.notify("error", seenNotice(seen));
  }

  #allDirty(): void {
    this.#rows.allChanged();
    this.#taskEvents.allChanged();
    this.#events.forget();
    this.#polled.activity.changed();
    for (const slice of ["run", "tasks", "models", "review", "task", "diff", "events"] as const)
      this.#cells.mark(slice);
    this.engine.poke();
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
