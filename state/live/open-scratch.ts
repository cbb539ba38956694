import type Database from "better-sqlite3";

import type { Json } from "../../src/domain/json.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Scratch } from "../../src/engine/ports/scratch.ts";
import { keptAnswerBytes } from "../../src/policy/answer-cache.ts";
import { integer, json, text, textOrNull } from "../connection/columns.ts";
import { Sql, type Value } from "../connection/sql.ts";
import { json as anyJson } from "../events/value-schemas.ts";
import { extendTail, noTail, type LiveTail } from "./live-tail.ts";
import { openScratchFile } from "./scratch-file.ts";

/** Text by key; what is not there, or could not be read, is null. */
export interface TextStore {
  get(key: string): Promise<string | null>;
  /** Null removes it. */
  put(key: string, text: string | null): Promise<void>;
}

export interface OpenScratch extends Scratch {
  /** Results of checks by what they depend on. */
  readonly checkCache: { get(key: string): Promise<Json | null>; put(key: string, value: Json): Promise<void> };
  /** Answers of models by what they were asked, 64 MB of them; what was not looked at for longest goes first. */
  readonly answers: TextStore;
  /** What a person has begun to write, so that closing a screen loses none of it. */
  readonly drafts: TextStore;
  /** Writes what waits; otherwise at most 50 ms old. */
  flush(): void;
  close(): void;
}

const flushMs = 50;
const dayMs = 86_400_000;
const keptMs: Readonly<Record<string, number>> = { tail: dayMs, cache: 30 * dayMs, draft: 90 * dayMs };

/**
 * Opens what may be lost. Nothing here ever fails for a reader or writer: a damaged file is made anew, a write that does not go
 * through is dropped, and where no file can be used all lives in memory. `path`: a file, or ":memory:".
 */
export function openScratch(options: { readonly path: string; readonly clock: Pick<Clock, "now"> }): OpenScratch {
  const db = openScratchFile(options.path, flushMs);
  const store = new ScratchStore(db, () => options.clock.now());
  store.dropOld();
  return {
    tail: (call, more) => store.change(call, (tail) => extendTail(tail, more)),
    tool: (call, tool) => store.change(call, (tail) => ({ ...tail, tool })),
    read: (call) => store.read(call),
    checkCache: {
      get: (key) => Promise.resolve(store.cachedJson("check", key)),
      async put(key, value) {
        store.cache("check", key, JSON.stringify(value));
      },
    },
    answers: {
      get: (key) => Promise.resolve(store.answer(key)),
      async put(key, value) {
        store.keepAnswer(key, value);
      },
    },
    drafts: {
      get: (key) => Promise.resolve(store.draft(key)),
      async put(key, value) {
        store.keepDraft(key, value);
      },
    },
    flush: () => store.flush(),
    close() {
      store.flush();
      db.close();
    },
  };
}

class ScratchStore {
  readonly #sql: Sql;
  readonly #db: Database.Database;
  readonly #now: () => number;
  readonly #tails = new Map<string, LiveTail>();
  readonly #unwritten = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(db: Database.Database, now: () => number) {
    this.#db = db;
    this.#sql = new Sql(db);
    this.#now = now;
  }

  change(call: string, change: (tail: LiveTail) => LiveTail): void {
    this.#tails.set(call, change(this.#tails.get(call) ?? this.#stored(call) ?? noTail));
    this.#unwritten.add(call);
    this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
  }

  /** Of a call that this process writes: to the letter. Of another's: at most 50 ms old. */
  read(call: string): LiveTail | null {
    return this.#unwritten.has(call) ? (this.#tails.get(call) ?? null) : this.#stored(call);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#unwritten.size === 0) return;
    const write = this.#db.transaction(() => {
      for (const call of this.#unwritten) {
        const { text, tool, bytes } = this.#tails.get(call) ?? noTail;
        const values: Value[] = [call, text, tool, bytes, this.#now()];
        this.#sql.run("INSERT OR REPLACE INTO tail (call, text, tool, bytes, at) VALUES (?, ?, ?, ?, ?)", ...values);
      }
    });
    this.#quietly(() => write.immediate());
    this.#unwritten.clear();
    if (this.#tails.size > 200) this.#tails.clear();
  }

  cache(kind: string, key: string, value: string | null): void {
    this.#quietly(() => {
      if (value === null) this.#sql.run("DELETE FROM cache WHERE kind = ? AND key = ?", kind, key);
      else {
        const at = this.#now();
        this.#sql.run("INSERT OR REPLACE INTO cache (kind, key, value, at) VALUES (?, ?, ?, ?)", kind, key, value, at);
      }
    });
  }

  /** Looking at it makes it young. */
  answer(key: string): string | null {
    return this.#quietly(() => {
      const row = this.#sql.get("SELECT value FROM cache WHERE kind = 'answer' AND key = ?", key);
      if (row === null) return null;
      const value = text(row, "value");
      this.cache("answer", key, value);
      return value;
    });
  }

  keepAnswer(key: string, value: string | null): void {
    this.cache("answer", key, value);
    if (value === null) return;
    this.#quietly(() =>
      this.#sql.run(
        `DELETE FROM cache WHERE kind = 'answer' AND key IN (SELECT key FROM
           (SELECT key, sum(octet_length(value)) OVER (ORDER BY at DESC, rowid DESC) AS bytes FROM cache WHERE kind = 'answer')
         WHERE bytes > ?)`,
        keptAnswerBytes,
      ),
    );
  }

  cachedJson(kind: string, key: string): Json | null {
    return this.#quietly(() => {
      const row = this.#sql.get("SELECT value FROM cache WHERE kind = ? AND key = ?", kind, key);
      return row === null ? null : json(row, "value", (data) => anyJson.parse(data));
    });
  }

  draft(key: string): string | null {
    return this.#quietly(() => {
      const row = this.#sql.get("SELECT text FROM draft WHERE key = ?", key);
      return row === null ? null : text(row, "text");
    });
  }

  keepDraft(key: string, value: string | null): void {
    this.#quietly(() => {
      if (value === null) this.#sql.run("DELETE FROM draft WHERE key = ?", key);
      else this.#sql.run("INSERT OR REPLACE INTO draft (key, text, at) VALUES (?, ?, ?)", key, value, this.#now());
    });
  }

  dropOld(): void {
    this.#quietly(() => {
      for (const [table, ms] of Object.entries(keptMs)) {
        this.#sql.run(`DELETE FROM ${table} WHERE at < ?`, this.#now() - ms);
      }
    });
  }

  #stored(call: string): LiveTail | null {
    return this.#quietly(() => {
      const row = this.#sql.get("SELECT text, tool, bytes FROM tail WHERE call = ?", call);
      return row === null
        ? null
        : { text: text(row, "text"), tool: textOrNull(row, "tool"), bytes: integer(row, "bytes") };
    });
  }

  #quietly<T>(work: () => T): T | null {
    try {
      return work();
    } catch {
      return null;
    }
  }
}
