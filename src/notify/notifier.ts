import type { NoticeResult } from "../actions/results/notice.ts";
import type { RepositoryId } from "../domain/ids.ts";
import type { DayHours } from "../domain/settings.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Cursors } from "../engine/ports/cursors.ts";
import type { Ledger } from "../engine/ports/ledger.ts";
import { planNotice, restMs, stillNews, tidingsOf, tidingsTypes, type Tidings } from "../policy/notices.ts";
import type { Sink } from "./sink.ts";

export interface NotifierParts {
  readonly ledger: Pick<Ledger, "log" | "account"> & { readonly cursors: Cursors };
  readonly clock: Clock;
  readonly repository: RepositoryId;
  /** What was in the log before is no news to a sink that is new. */
  readonly fromPos: number;
  readonly quiet: DayHours | null;
  readonly minuteOfDay: (atMs: number) => number;
  /** What is said of that; `pos` is the last of it. */
  readonly compose: (tidings: readonly Tidings[]) => Promise<NoticeResult>;
  /** Told once when a sink stops taking notices, and of what goes wrong beside. */
  readonly onFault: (text: string) => void;
}

/** Where a person has looked up to. */
export const lookedName = (repository: RepositoryId): string => `looked/${repository}`;
/** What a sink was sent up to; its instant is that of the last notice, 0 where none was. */
export const sentName = (repository: RepositoryId, sink: string): string => `notify/${repository}/${sink}`;
/** Since when a sink takes nothing; there only while it does not. */
export const failingName = (repository: RepositoryId, sink: string): string => `${sentName(repository, sink)}/failing`;

/** Follows the log and tells each sink, at least once, what a person should know. */
export interface Notifier {
  /** Tells what may still be told now, each sink in one try, and ends. */
  stop(): Promise<void>;
}

export function startNotifier(parts: NotifierParts, sinks: readonly Sink[]): Notifier {
  const queues = sinks.map((sink) => new SinkQueue(parts, sink));
  const unfollow = parts.ledger.log.follow(() => {
    for (const queue of queues) queue.wake();
  });
  return {
    async stop() {
      unfollow();
      await Promise.all(queues.map((queue) => queue.stop()));
    },
  };
}

/** One sink with its own cursor and its own pace: a dead one holds up neither the work nor the others. */
class SinkQueue {
  readonly #parts: NotifierParts;
  readonly #sink: Sink;
  #pending: readonly Tidings[] = [];
  /** Read of the log up to here; null: not begun. */
  #readPos: number | null = null;
  #toldMs = 0;
  #failures = 0;
  #restUntil = 0;
  #stopping = false;
  #alarm = new AbortController();
  readonly #over: Promise<void>;

  constructor(parts: NotifierParts, sink: Sink) {
    this.#parts = parts;
    this.#sink = sink;
    this.#over = this.#run();
  }

  wake(): void {
    this.#alarm.abort();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#over;
  }

  async #run(): Promise<void> {
    const { clock, onFault } = this.#parts;
    for (let last = false; !last;) {
      last = this.#stopping;
      this.#alarm = new AbortController();
      const { signal } = this.#alarm;
      let untilMs: number | null = null;
      try {
        untilMs = await this.#tend();
      } catch (error) {
        onFault(`notices by ${this.#sink.name}: ${error instanceof Error ? error.message : String(error)}`);
        untilMs = clock.now() + restMs(1);
      }
      if (!last) await waitUntil(clock, untilMs, signal);
    }
  }

  /** Tells what is due. When to look again; null: when the log grows. */
  async #tend(): Promise<number | null> {
    const { ledger, clock, repository, quiet, minuteOfDay } = this.#parts;
    await this.#read();
    const asked = this.#pending.length === 0 ? [] : await ledger.account.questions(repository);
    const held = this.#pending.length === 0 ? [] : await ledger.account.holds(repository);
    const looked = this.#pending.length === 0 ? null : await ledger.cursors.get(lookedName(repository));
    this.#pending = stillNews(this.#pending, {
      questions: new Set(asked.flatMap(({ question, answer }) => (answer === null ? [question.id] : []))),
      holds: new Set(held.flatMap(({ id, untilMs }) => (untilMs === null ? [id] : []))),
      lookedPos: looked?.pos ?? 0,
    });
    const nowMs = clock.now();
    if (this.#restUntil > nowMs) return this.#restUntil;
    const plan = planNotice(this.#pending, { nowMs, toldMs: this.#toldMs, quiet, minuteOfDay });
    if (plan.kind === "wait") return plan.untilMs;
    await this.#tell(plan.tidings);
    return this.#pending.length === 0 ? null : clock.now();
  }

  async #tell(tidings: readonly Tidings[]): Promise<void> {
    const { ledger, clock, repository, compose, onFault } = this.#parts;
    const { name } = this.#sink;
    const pos = tidings.at(-1)?.pos ?? 0;
    const why = await this.#sink.send(await compose(tidings));
    if (why !== null) {
      this.#failures += 1;
      this.#restUntil = clock.now() + restMs(this.#failures);
      if (this.#failures > 1) return;
      onFault(`notices by ${name} do not come through, and are tried again: ${why}`);
      if ((await ledger.cursors.get(failingName(repository, name))) === null)
        await ledger.cursors.set(failingName(repository, name), { pos, at: clock.now() });
      return;
    }
    this.#toldMs = clock.now();
    this.#failures = 0;
    await ledger.cursors.set(sentName(repository, name), { pos, at: this.#toldMs });
    await ledger.cursors.remove(failingName(repository, name));
    this.#pending = this.#pending.filter((one) => one.pos > pos);
  }

  async #read(): Promise<void> {
    const { ledger, repository, fromPos } = this.#parts;
    if (this.#readPos === null) {
      const name = sentName(repository, this.#sink.name);
      const known = await ledger.cursors.get(name);
      const start = known ?? { pos: fromPos, at: 0 };
      if (known === null) await ledger.cursors.set(name, start);
      this.#readPos = start.pos;
      this.#toldMs = start.at;
    }
    // What is not for it is not looked at again.
    const head = await ledger.log.head();
    const news = await ledger.log.since(this.#readPos, { repository, types: tidingsTypes });
    this.#readPos = Math.max(this.#readPos, head, news.at(-1)?.pos ?? 0);
    this.#pending = [...this.#pending, ...news.flatMap((event) => tidingsOf(event) ?? [])];
  }
}

/** Until an instant, or a wake-up; null: only that. */
function waitUntil(clock: Clock, untilMs: number | null, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  if (untilMs !== null) return clock.wait(Math.max(0, untilMs - clock.now()), signal);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
