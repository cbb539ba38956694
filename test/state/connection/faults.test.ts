import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import Database from "better-sqlite3";
import { afterAll, describe, expect, test, vi } from "vitest";

import { Bug } from "../../../src/domain/assert.ts";
import { brand, envName } from "../../../src/domain/brand.ts";
import { connect } from "../../../state/connection/connect.ts";
import { LedgerFault, LedgerFull, mapError, type LedgerFaultKind } from "../../../state/connection/ledger-fault.ts";
import { migrations } from "../../../state/connection/migrations.ts";
import { openLedger, type LedgerOptions, type OpenLedger } from "../../../state/open-ledger.ts";
import { added, event, repository, run, runStarted, scratchFolder, started, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);
const clock = new StoppedClock();

const open = (path: string, more: Partial<LedgerOptions> = {}): OpenLedger =>
  openLedger({ path, mode: "engine", clock, random: () => 0.5, ...more });

function faultOf(work: () => unknown): LedgerFault {
  try {
    work();
  } catch (error) {
    if (error instanceof LedgerFault) return error;
    throw error;
  }
  throw new Error("it should not have worked");
}

function expectFault(fault: unknown, kind: LedgerFaultKind, text: string): void {
  expect(fault).toBeInstanceOf(LedgerFault);
  if (fault instanceof LedgerFault)
    expect([fault.kind, fault.message.includes(text) ? text : fault.message]).toEqual([kind, text]);
}

const thrown = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((error: unknown) => error);

async function filled(name: string): Promise<string> {
  const path = join(folder, name, "ledger.db");
  const ledger = open(path);
  await started(ledger, ...Array.from({ length: 200 }, (_, i) => `T${i}`));
  ledger.close();
  return path;
}

/** Root may write anywhere: as another user this process may not. */
function asNobody<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

test("the file is its owner's alone, in a folder of its own, and its log too", async () => {
  const path = join(folder, "new", "deep", "ledger.db");
  const ledger = open(path);
  await started(ledger, "A");
  const modes = [join(folder, "new"), join(folder, "new", "deep"), path, `${path}-wal`, `${path}-shm`].map((one) =>
    (statSync(one).mode & 0o777).toString(8),
  );
  expect(modes).toEqual(["700", "700", "600", "600", "600"]);
  ledger.close();
  chmodSync(path, 0o644);
  open(path).close();
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
});

test("it is written through to the disk before a commit is told", () => {
  const db = connect({ path: join(folder, "pragmas", "ledger.db"), mode: "engine" });
  const pragma = (name: string): unknown => db.pragma(name, { simple: true });
  expect([pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys"), pragma("busy_timeout")]).toEqual([
    "wal",
    2,
    1,
    20,
  ]);
  db.close();
  const client = connect({ path: join(folder, "pragmas", "ledger.db"), mode: "client" });
  expect(client.pragma("busy_timeout", { simple: true })).toBe(20);
  client.close();
});

describe("refused, each with what, where and what to do", () => {
  test("a newer file", async () => {
    const path = await filled("newer");
    open(path, { migrations: [...migrations, ["SELECT 1"], ["SELECT 1"]] }).close();
    for (const mode of ["engine", "client", "read"] as const) {
      const fault = faultOf(() => open(path, { mode }));
      expect(fault.kind).toBe("newer");
      expect(fault.message).toBe(
        `${path}: it has version ${migrations.length + 2}, written by a newer ${brand.name}; this one knows versions to ${migrations.length}: install the newer one`,
      );
    }
  });

  test("an older file that may only be read", async () => {
    const path = await filled("older");
    const fault = faultOf(() => open(path, { mode: "read", migrations: [...migrations, ["SELECT 1"]] }));
    expect(fault.kind).toBe("older");
    expect(fault.message).toContain(`run "${brand.bin} run" once`);
  });

  test("a file that is not there, and may not be made", () => {
    const path = join(folder, "missing", "ledger.db");
    const fault = faultOf(() => open(path, { mode: "read" }));
    expect([fault.kind, fault.path]).toEqual(["missing", path]);
    expect(existsSync(join(folder, "missing"))).toBe(false);
  });

  test("no database, and a database of somebody else", () => {
    const text = join(folder, "text.db");
    writeFileSync(text, "tasks: []\n".repeat(1_000));
    expectFault(
      faultOf(() => open(text)),
      "not_a_database",
      `${brand.bin} backup`,
    );
    const foreign = join(folder, "foreign.db");
    const db = new Database(foreign);
    db.exec("CREATE TABLE mail (id INTEGER)");
    db.close();
    expectFault(
      faultOf(() => open(foreign)),
      "not_a_database",
      "another program",
    );
    expect(readFileSync(text, "utf8")).toHaveLength(10_000);
  });

  test("a damaged file, when it is opened or when the damage is met", async () => {
    const path = await filled("damaged");
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4_096, bytes.length);
    writeFileSync(path, bytes);
    let kind: LedgerFaultKind | null = null;
    try {
      const ledger = open(path);
      try {
        await ledger.tasks.list(repository);
      } finally {
        ledger.close();
      }
    } catch (error) {
      if (error instanceof LedgerFault) kind = error.kind;
    }
    expect(kind).toBe("damaged");
  });

  test("a row that says what it cannot say", async () => {
    const path = await filled("nonsense");
    const db = new Database(path);
    db.exec("UPDATE task SET state = 'ASLEEP' WHERE id = 'T7'; UPDATE run SET started_at = 'noon'");
    db.close();
    const ledger = open(path);
    expectFault(await thrown(ledger.tasks.list(repository)), "damaged", 'the column state holds "ASLEEP"');
    await expect(ledger.runs.run(run)).rejects.toMatchObject({ kind: "damaged" });
    expect(ledger.checkIntegrity().map(({ code }) => code)).toEqual(["tables", "tables"]);
    ledger.rebuild();
    expect((await ledger.tasks.list(repository)).length).toBe(200);
    expect(ledger.checkIntegrity()).toEqual([]);
    ledger.close();
  });

  test("an event that is gone or is no JSON", async () => {
    const path = await filled("log");
    const db = new Database(path);
    db.exec("DELETE FROM event WHERE pos = 5; UPDATE event SET data = '{' WHERE pos = 9");
    db.close();
    const ledger = open(path);
    expect(ledger.checkIntegrity().map(({ code }) => code)).toEqual(["log", "log", "log"]);
    expectFault(await thrown(ledger.log.since(0)), "damaged", "position 9 is not JSON");
    ledger.close();
  });

  test("one that another process holds is tried again for a while, any other fault not once more", () => {
    let nowMs = 0;
    let tries = 0;
    // Every look at the clock is a second later.
    vi.spyOn(performance, "now").mockImplementation(() => (nowMs += 1_000));
    const failing = (code: string): LedgerFault => {
      tries = 0;
      nowMs = 0;
      const pragma = vi.spyOn(Database.prototype, "pragma").mockImplementation(() => {
        tries += 1;
        throw tries > 20 ? new Error("it is tried for ever") : new Database.SqliteError(code, code);
      });
      try {
        return faultOf(() => connect({ path: join(folder, "tried", "ledger.db"), mode: "engine" }));
      } finally {
        pragma.mockRestore();
      }
    };
    try {
      expect(failing("SQLITE_BUSY").kind).toBe("locked");
      expect(tries).toBeGreaterThan(1);
      expect([failing("SQLITE_IOERR").kind, tries]).toEqual(["io", 1]);
      expect([failing("SQLITE_CORRUPT").kind, tries]).toEqual(["damaged", 1]);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test("a network file system", () => {
    for (const [type, name] of [
      [0x6969, "NFS"],
      [0xfe534d42, "SMB2"],
      [0x01021997, "9P"],
    ] as const) {
      const path = join(folder, `net-${name}`, "ledger.db");
      const fault = faultOf(() => open(path, { fileSystemType: () => type }));
      expectFault(fault, "network", `(${name})`);
      expectFault(fault, "network", envName("HOME"));
      expect(existsSync(path)).toBe(false);
    }
    open(join(folder, "local", "ledger.db"), { fileSystemType: () => null }).close();
  });

  test("a file that may only be read, a folder that may not be entered", async () => {
    const path = await filled("readonly");
    chmodSync(path, 0o444);
    chmodSync(join(folder), 0o755);
    chmodSync(join(folder, "readonly"), 0o555);
    expect(asNobody(() => faultOf(() => open(path)).kind)).toMatch(/^(read_only|no_permission)$/);
    chmodSync(join(folder, "readonly"), 0o700);
    const locked = join(folder, "closed");
    mkdirSync(locked, { mode: 0o500 });
    expect(asNobody(() => faultOf(() => open(join(locked, "x", "ledger.db"))).kind)).toBe("no_permission");
  });

  test("a write to a ledger that was opened for reading, which still reads", async () => {
    const path = await filled("reader");
    const ledger = open(path, { mode: "read" });
    expect((await ledger.tasks.list(repository)).length).toBe(200);
    await expect(ledger.log.append({ repository, run, events: [added("X")] })).rejects.toMatchObject({
      kind: "read_only",
    });
    expect(await ledger.calls.unended(repository)).toEqual([]);
    expect(ledger.checkIntegrity()).toEqual([]);
    ledger.checkpoint();
    ledger.close();
  });
});

describe("a full disk", () => {
  test("loses nothing that was committed, writes nothing by half, and goes on when there is room", async () => {
    const path = join(folder, "full", "ledger.db");
    const small = open(path, { migrations: [...migrations, ["PRAGMA max_page_count = 80"]] });
    await small.log.append({ repository, run, events: [runStarted()] });
    let n = 0;
    const fill = async (): Promise<never> => {
      for (;;) {
        await small.log.append({
          repository,
          run,
          events: [event("note", { level: "info", text: "x".repeat(900) }), added(`T${n}`)],
        });
        n += 1;
      }
    };
    const error = await thrown(fill());
    expect(error).toBeInstanceOf(LedgerFull);
    expectFault(error, "full", `${path}: the disk is full`);
    expectFault(error, "full", "free some space");
    expect(n).toBeGreaterThan(5);
    expect((await small.log.since(0, { run })).length).toBe(1 + 2 * n);
    expect((await small.tasks.list(repository)).length).toBe(n);
    small.close();
    const again = open(path, { migrations: [...migrations, []] });
    expect(again.checkIntegrity()).toEqual([]);
    await again.log.append({ repository, run, events: [added("more")] });
    expect((await again.log.since(0, { run })).at(-1)).toMatchObject({ seq: 2 + 2 * n });
    again.close();
  });
});

test("a client waits for its turn while its event loop goes on", async () => {
  const path = await filled("busy");
  const client = open(path, { mode: "client", random: () => 0 });
  const other = new Database(path);
  other.exec("BEGIN IMMEDIATE");
  const written = client.log.append({ repository, run, events: [added("late")] });
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
    if (turns === 5) other.exec("COMMIT");
  }, 1);
  expect((await written).length).toBe(1);
  clearInterval(ticking);
  expect(turns).toBeGreaterThanOrEqual(5);
  other.close();
  client.close();
});

test("checkpoint empties the log file, and waits for nobody", async () => {
  const path = await filled("checkpoint");
  const ledger = open(path);
  await ledger.log.append({ repository, run, events: [added("X")] });
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  const reader = new Database(path);
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM event").get();
  await ledger.log.append({ repository, run, events: [added("Y")] });
  ledger.checkpoint();
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  reader.exec("COMMIT");
  ledger.checkpoint();
  expect(statSync(`${path}-wal`).size).toBe(0);
  reader.close();
  await ledger.log.append({ repository, run, events: [added("Z")] });
  ledger.close();
});

test("a backup is a whole ledger of the moment, and overwrites nothing", async () => {
  const path = await filled("backup");
  const ledger = open(path);
  const copy = join(folder, "copy.db");
  await ledger.backup(copy);
  await ledger.log.append({ repository, run, events: [added("after")] });
  expect((statSync(copy).mode & 0o777).toString(8)).toBe("600");
  await expect(ledger.backup(copy)).rejects.toMatchObject({ kind: "exists" });
  await expect(ledger.backup(join(folder, "no", "such", "folder.db"))).rejects.toThrow("no/such");
  ledger.close();
  const restored = open(copy);
  expect((await restored.tasks.list(repository)).length).toBe(200);
  expect(restored.checkIntegrity()).toEqual([]);
  restored.close();
});

test.each<[string, LedgerFaultKind]>([
  ["SQLITE_BUSY", "locked"],
  ["SQLITE_BUSY_SNAPSHOT", "locked"],
  ["SQLITE_FULL", "full"],
  ["ENOSPC", "full"],
  ["SQLITE_IOERR_FSYNC", "io"],
  ["SQLITE_CORRUPT_VTAB", "damaged"],
  ["SQLITE_NOTADB", "not_a_database"],
  ["SQLITE_READONLY_DBMOVED", "read_only"],
  ["SQLITE_CANTOPEN", "no_permission"],
  ["EACCES", "no_permission"],
])("%s is told as %s", (code, kind) => {
  const cause = new Database.SqliteError("the detail", code);
  const fault = mapError(cause, "/x/ledger.db");
  expectFault(fault, kind, "/x/ledger.db: ");
  expect(fault).toMatchObject({ cause });
  expect(fault instanceof Error && fault.name.startsWith("Ledger")).toBe(true);
});

test("what is no fault of the file passes as it is, and a refused row is a bug of ours", () => {
  const other = new TypeError("x");
  expect(mapError(other, "p")).toBe(other);
  expect(mapError("text", "p")).toBe("text");
  expect(mapError(new Database.SqliteError("UNIQUE failed", "SQLITE_CONSTRAINT_UNIQUE"), "p")).toBeInstanceOf(Bug);
});
