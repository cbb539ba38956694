import type { EventType, RecordedEvent } from "../domain/events.ts";
import type { RepositoryId } from "../domain/ids.ts";
import type { EventLog } from "../engine/ports/event-log.ts";
import type { EventsSnapshot } from "../view/screen/screen-source.ts";
import type { SliceLoader } from "./slice-loader.ts";

const firstRead = 1_000;
const mostKept = 2_000;

/** Facts of an account that no repository owns. */
const ofAccount: readonly EventType[] = ["hold.set", "hold.released", "breaker.moved"];
const accountRead = 100;

/**
 * The newest events of a task or, under "", of the repository and the account: read once, then grown by what the log brings. A
 * bounded number is kept.
 */
export class RecentEvents implements SliceLoader<EventsSnapshot> {
  readonly empty: EventsSnapshot = { events: [] };
  readonly #log: Pick<EventLog, "since">;
  readonly #repository: RepositoryId;
  readonly #kept = new Map<string, readonly RecordedEvent[]>();

  constructor(log: Pick<EventLog, "since">, repository: RepositoryId) {
    this.#log = log;
    this.#repository = repository;
  }

  async load(id: string, before: EventsSnapshot): Promise<EventsSnapshot> {
    if (!this.#kept.has(id)) this.#kept.set(id, await this.#read(id));
    const events = this.#kept.get(id) ?? [];
    return events === before.events || events.length + before.events.length === 0 ? before : { events };
  }

  /** Adds what came; the answer is which of the kept ones have grown. */
  grow(events: readonly RecordedEvent[]): readonly string[] {
    const grown: string[] = [];
    for (const [id, kept] of this.#kept) {
      const last = kept.at(-1)?.pos ?? 0;
      const news = events.filter((event) => event.pos > last && this.#belongs(event, id));
      if (news.length === 0) continue;
      this.#kept.set(id, [...kept, ...news].slice(-mostKept));
      grown.push(id);
    }
    return grown;
  }

  /** Reads again when asked next. */
  forget(id?: string): void {
    if (id === undefined) this.#kept.clear();
    else this.#kept.delete(id);
  }

  #belongs(event: RecordedEvent, id: string): boolean {
    if (id === "") return event.repository === this.#repository || event.repository === null;
    return event.repository === this.#repository && event.task === id;
  }

  async #read(id: string): Promise<readonly RecordedEvent[]> {
    const filter = { repository: this.#repository, limit: firstRead, last: true };
    if (id !== "") return await this.#log.since(0, { ...filter, task: id });
    const [own, account] = await Promise.all([
      this.#log.since(0, filter),
      this.#log.since(0, { types: ofAccount, limit: accountRead, last: true }),
    ]);
    const first = own[0]?.pos ?? 0;
    const others = account.filter((event) => event.repository === null && event.pos > first);
    return others.length === 0 ? own : [...own, ...others].toSorted((a, b) => a.pos - b.pos);
  }
}
