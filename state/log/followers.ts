import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { EventTable } from "./event-log.ts";

const quickMs = 33;
const slowMs = 250;
const quietAfterMs = 2_000;

/**
 * Wakes listeners when the log has grown. Commits of this process wake by call, after the commit and before the writer goes on;
 * those of other processes are seen by polling, only while somebody listens. A wake-up says only "look again": several commits may
 * come as one. A listener that throws is reported and the others are called all the same.
 */
export class Followers {
  readonly #connection: LedgerConnection;
  readonly #events: EventTable;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<() => void>();
  #seen = 0;
  #timer: NodeJS.Timeout | null = null;
  #dataVersion: unknown = null;
  #movedAt = 0;
  #waking = false;

  constructor(connection: LedgerConnection, events: EventTable, onError: (error: unknown) => void) {
    this.#connection = connection;
    this.#events = events;
    this.#onError = onError;
    connection.onCommitted = () => this.#look();
  }

  add(listener: () => void): () => void {
    const own = (): void => listener();
    if (this.#listeners.size === 0) this.#seen = this.#events.head();
    this.#listeners.add(own);
    if (this.#connection.shared && this.#timer === null) {
      this.#dataVersion = this.#connection.sql.value("PRAGMA data_version");
      this.#movedAt = performance.now();
      this.#poll();
    }
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  stop(): void {
    this.#listeners.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #poll(): void {
    const quiet = performance.now() - this.#movedAt > quietAfterMs;
    this.#timer = setTimeout(
      () => {
        try {
          const version = this.#connection.sql.value("PRAGMA data_version");
          if (version !== this.#dataVersion) {
            this.#dataVersion = version;
            this.#look();
          }
        } catch (error) {
          this.#onError(error);
        }
        if (this.#timer !== null) this.#poll();
      },
      quiet ? slowMs : quickMs,
    );
    this.#timer.unref();
  }

  #look(): void {
    if (this.#listeners.size === 0 || this.#waking) return;
    this.#waking = true;
    try {
      for (let head = this.#events.head(); head !== this.#seen; head = this.#events.head()) {
        this.#seen = head;
        this.#movedAt = performance.now();
        this.#wake();
      }
    } finally {
      this.#waking = false;
    }
  }

  #wake(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
