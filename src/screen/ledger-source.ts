import type { Clock } from "../engine/ports.ts";
import type { ScreenSource, SliceName, Slices } from "../view/screen-source.ts";
import { dirtiedBy } from "./dirty.ts";
import { emptySlices, loaders, type Loaders, type SliceParts } from "./slices.ts";

/** Between two looks at what changed: 30 a second. */
const tickMs = 33;
/** The text of running calls comes from a file of its own and is looked at more seldom. */
const liveMs = 66;
const frameMs = 125;
const ageMs = 1_000;
const readAtOnce = 5_000;

type Values = { readonly [S in SliceName]: Map<string, Slices[S]> };

export interface LedgerSourceParts extends SliceParts {
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/**
 * What windows show, read from the ledger. New events mark slices dirty; a tick reads those again that somebody looks at and tells
 * only their subscribers. No events, no tick; nothing visible that moves, no animation. It may always be rebuilt: nothing is lost
 * by a look that comes too late.
 */
export class LedgerSource implements ScreenSource {
  readonly #parts: LedgerSourceParts;
  readonly #values: Values;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #dirty = new Set<string>();
  readonly #over = new AbortController();
  #pos = 0;
  #ticking = false;
  #reading = false;
  #again = false;
  #unfollow: () => void = () => undefined;

  constructor(parts: LedgerSourceParts) {
    this.#parts = parts;
    this.#values = {
      clock: new Map(),
      run: new Map(),
      tasks: new Map(),
      models: new Map(),
      review: new Map(),
      task: new Map(),
      diff: new Map(),
      events: new Map(),
      live: new Map(),
      draft: new Map(),
    };
    this.#values.clock.set("", { now: parts.clock.now(), frame: 0 });
  }

  /** Reads what every view needs first, then follows the log. */
  async open(): Promise<void> {
    this.#pos = await this.#parts.ledger.log.head();
    for (const slice of ["run", "tasks", "models", "review"] as const) await this.#load(slice, "");
    this.#unfollow = this.#parts.ledger.log.follow(() => void this.#read());
    void this.#animate();
    void this.#watchLive();
  }

  close(): void {
    this.#over.abort();
    this.#unfollow();
  }

  getSnapshot<S extends SliceName>(slice: S, id: string): Slices[S] {
    const values: Map<string, Slices[S]> = this.#values[slice];
    return values.get(id) ?? emptySlices[slice];
  }

  subscribe(slice: SliceName, id: string, listener: () => void): () => void {
    const key = keyOf(slice, id);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    listeners.add(listener);
    if (listeners.size === 1) this.mark(slice, id);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  /** A slice is to be read again. */
  mark(slice: SliceName, id: string): void {
    if (slice === "clock") return;
    this.#dirty.add(keyOf(slice, id));
    if (!this.#ticking) void this.#tick();
  }

  /** The time is fresh at every key. */
  touch(): void {
    this.#setClock(this.getSnapshot("clock", "").frame);
  }

  async #read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        const events = await this.#parts.ledger.log.since(this.#pos, { limit: readAtOnce });
        for (const event of events) {
          this.#pos = event.pos;
          for (const { slice, id } of dirtiedBy(event)) this.mark(slice, id ?? "");
        }
        if (events.length === readAtOnce) this.#again = true;
      } while (this.#again && !this.#over.signal.aborted);
    } catch (error) {
      this.#parts.onFault(error);
    } finally {
      this.#reading = false;
    }
  }

  async #tick(): Promise<void> {
    this.#ticking = true;
    try {
      while (this.#dirty.size > 0 && !this.#over.signal.aborted) {
        const keys = [...this.#dirty];
        this.#dirty.clear();
        for (const key of keys) if (this.#listeners.has(key) || isAlwaysRead(key)) await this.#loadKey(key);
        await this.#parts.clock.wait(tickMs, this.#over.signal);
      }
    } catch (error) {
      this.#parts.onFault(error);
    } finally {
      this.#ticking = false;
    }
  }

  async #loadKey(key: string): Promise<void> {
    const [name, id = ""] = key.split("\n");
    const slice = loadable.find((one) => one === name);
    if (slice !== undefined) await this.#load(slice, id);
  }

  async #load<S extends keyof Loaders>(slice: S, id: string): Promise<void> {
    const load: (parts: SliceParts, id: string) => Promise<Slices[S]> = loaders[slice];
    const value = await load(this.#parts, id);
    const values: Map<string, Slices[S]> = this.#values[slice];
    if (isSame(slice, values.get(id), value)) return;
    values.set(id, value);
    this.#tell(slice, id);
  }

  #tell(slice: SliceName, id: string): void {
    for (const listener of this.#listeners.get(keyOf(slice, id)) ?? []) listener();
  }

  #setClock(frame: number): void {
    this.#values.clock.set("", { now: this.#parts.clock.now(), frame });
    this.#tell("clock", "");
  }

  /** Turns while a call runs, else once a second; not at all while nobody looks at the time. */
  async #animate(): Promise<void> {
    let frame = 0;
    while (!this.#over.signal.aborted) {
      const turns = this.getSnapshot("tasks", "").active.size > 0;
      await this.#parts.clock.wait(turns ? frameMs : ageMs, this.#over.signal);
      if (turns) frame += 1;
      if (this.#listeners.has(keyOf("clock", ""))) this.#setClock(frame);
    }
  }

  async #watchLive(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#parts.clock.wait(liveMs, this.#over.signal);
      if (this.getSnapshot("tasks", "").active.size === 0) continue;
      for (const key of this.#listeners.keys())
        if (key.startsWith("live\n")) await this.#loadKey(key).catch(this.#parts.onFault);
    }
  }
}

const loadable: readonly (keyof Loaders)[] = [
  "run",
  "tasks",
  "models",
  "review",
  "task",
  "diff",
  "events",
  "live",
  "draft",
];

const keyOf = (slice: SliceName, id: string): string => `${slice}\n${id}`;

/** The few that keys depend on are kept current whether or not they are drawn. */
const isAlwaysRead = (key: string): boolean => ["run\n", "tasks\n", "models\n", "review\n"].includes(key);

/** A slice that reads the same keeps its identity, so that nothing is drawn for it. */
function isSame<S extends SliceName>(slice: S, before: Slices[S] | undefined, after: Slices[S]): boolean {
  if (before === undefined) return false;
  if (slice === "tasks" || slice === "events") return false;
  return JSON.stringify(before) === JSON.stringify(after);
}
