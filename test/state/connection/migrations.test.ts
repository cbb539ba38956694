import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import { migrate, migrations, type Migration } from "../../../state/connection/migrations.ts";
import { openLedger } from "../../../state/open-ledger.ts";
import type { Upcasts } from "../../../state/events/upcast.ts";
import { event, openMemory, repository, run, scratchFolder, started, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);
const clock = new StoppedClock();

const next: Migration = [
  "ALTER TABLE run ADD COLUMN colour TEXT",
  "CREATE TABLE extra (a TEXT)",
  "INSERT INTO extra (a) SELECT id FROM run",
];

const schemaOf = (path: string): unknown => {
  const db = new Database(path);
  const schema = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
  const result = [schema, db.pragma("user_version", { simple: true }), db.pragma("integrity_check", { simple: true })];
  db.close();
  return result;
};

describe("a migration that is cut off", () => {
  test("at any statement leaves a file that the next start brings to its end", () => {
    const path = join(folder, "cut.db");
    const steps = [...migrations, next];
    const db = new Database(path);
    db.pragma("journal_mode = WAL");
    const crashes: string[] = [];
    migrate(db, steps, (version, statement) => {
      const copy = join(folder, `cut-${version}-${statement}.db`);
      for (const end of ["", "-wal"]) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
      crashes.push(copy);
    });
    db.close();
    const whole = schemaOf(path);
    expect(crashes).toHaveLength(steps.reduce((all, step) => all + step.length + 1, 0));
    for (const copy of crashes) {
      const reopened = new Database(copy);
      migrate(reopened, steps);
      reopened.close();
      expect(schemaOf(copy)).toEqual(whole);
    }
  });

  test("by an error undoes its own step and keeps the ones before", async () => {
    const path = join(folder, "broken.db");
    const first = openLedger({ path, mode: "engine", clock, random: () => 0 });
    await started(first, "A");
    first.close();
    const broken: Migration = [...next, "CREATE TABLE run (id TEXT)"];
    expect(() =>
      openLedger({ path, mode: "engine", clock, random: () => 0, migrations: [...migrations, broken] }),
    ).toThrow("already exists");
    const again = openLedger({ path, mode: "engine", clock, random: () => 0 });
    expect((await again.tasks.get(repository, "A"))?.state).toBe("NEW");
    expect(again.checkIntegrity()).toEqual([]);
    again.close();
  });
});

test("a file with data goes forward", async () => {
  const path = join(folder, "forward.db");
  const old = openLedger({ path, mode: "engine", clock, random: () => 0 });
  await started(old, "A");
  old.close();
  const newer = openLedger({ path, mode: "engine", clock, random: () => 0, migrations: [...migrations, next] });
  expect((await newer.runs.run(run))?.id).toBe(run);
  newer.close();
  expect(() => openLedger({ path, mode: "engine", clock, random: () => 0 })).toThrow(
    `version ${migrations.length + 1}, written by a newer`,
  );
});

describe("old events", () => {
  const renamed: Upcasts = {
    note: [
      (data) => ({ text: "?", ...(typeof data === "object" ? data : {}) }),
      (data) => ({ level: "info", ...(typeof data === "object" ? data : {}) }),
    ],
  };

  test("are carried forward when they are read and when they are folded, and stay as they were written", async () => {
    const path = join(folder, "upcast.db");
    const open = (upcasts: Upcasts) => openLedger({ path, mode: "engine", clock, random: () => 0, upcasts });
    const note: NewEvent = event("note", { level: "warn", text: "new" });
    const first = open({});
    await first.log.append({ repository, run, events: [note] });
    first.close();
    const raw = new Database(path);
    const insert = raw.prepare(
      "INSERT INTO event (stream, seq, tx, at, v, type, data) VALUES ('account', ?, 1, 1, ?, 'note', ?)",
    );
    insert.run(1, 1, "{}");
    insert.run(2, 2, '{"text":"second"}');
    raw.close();
    const second = open(renamed);
    await second.log.append({ repository, run, events: [note] });
    expect((await second.log.since(0)).map((one) => one.data)).toEqual([
      { level: "warn", text: "new" },
      { level: "info", text: "?" },
      { level: "info", text: "second" },
      { level: "warn", text: "new" },
    ]);
    expect(second.checkIntegrity()).toEqual([]);
    second.rebuild();
    second.close();
    const check = new Database(path);
    expect(check.prepare("SELECT v, data FROM event ORDER BY pos").all().slice(1, 4)).toEqual([
      { v: 1, data: "{}" },
      { v: 2, data: '{"text":"second"}' },
      { v: 3, data: '{"level":"warn","text":"new"}' },
    ]);
    check.close();
    const older = open({});
    await expect(older.log.since(2)).rejects.toThrow("the event note has version 2, newer than this program's 1");
    expect(older.checkIntegrity()).toMatchObject([{ code: "log" }]);
    older.close();
  });

  test("new ones that could not be read back are refused", async () => {
    const { ledger } = openMemory();
    const loud: NewEvent = event("note", { level: "info", text: "x" });
    Object.assign(loud, { data: { level: "loud", text: "x" } });
    await expect(ledger.log.append({ repository, run, events: [loud] })).rejects.toThrow(
      "does not fit: level: Invalid",
    );
    const unknown: NewEvent = event("note", { level: "info", text: "x" });
    Object.assign(unknown, { type: "nothing.happened" });
    await expect(ledger.log.append({ repository, run, events: [unknown] })).rejects.toThrow("unknown type");
    expect(await ledger.log.head()).toBe(0);
  });
});
