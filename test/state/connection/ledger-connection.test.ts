import { copyFileSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { connect } from "../../../state/connection/connect.ts";
import { LedgerConnection } from "../../../state/connection/ledger-connection.ts";
import { openLedger } from "../../../state/open-ledger.ts";
import { scratchFolder, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);

test("a read sees one state of the file, though another process writes in the middle of it", async () => {
  const path = join(folder, "ledger.db");
  openLedger({ path, mode: "engine", clock: new StoppedClock(), random: () => 0.5 }).close();
  const options = { path, mode: "client", random: () => 0.5, onCommit: null } as const;
  const [reader, writer] = [
    new LedgerConnection(connect(options), options),
    new LedgerConnection(connect(options), options),
  ];
  const count = (connection: LedgerConnection): unknown => connection.sql.value("SELECT count(*) FROM t");
  writer.writeNow(() => writer.sql.run("CREATE TABLE t (a)"));
  const seen = await reader.read(() => {
    const before = count(reader);
    writer.writeNow(() => writer.sql.run("INSERT INTO t VALUES (1)"));
    return [before, count(reader)];
  });
  expect(seen).toEqual([0, 0]);
  expect(await reader.read(() => count(reader))).toBe(1);
});

test("an engine that finds another at work waits between turns of its event loop, and writes when that is done", async () => {
  const path = join(folder, "busy.db");
  const ledger = openLedger({ path, mode: "engine", clock: new StoppedClock(), random: Math.random });
  const other = connect({ path, mode: "engine" });
  other.exec("BEGIN IMMEDIATE");
  let written = false;
  const writing = ledger.log
    .append({
      repository: "r",
      run: null,
      events: [{ type: "note", data: { level: "info", text: "late" } }],
    })
    .then(() => (written = true));
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  expect(written).toBe(false);
  other.exec("COMMIT");
  await writing;
  expect(await ledger.log.head()).toBe(1);
  other.close();
  ledger.close();
});

test.each([
  ["removed", (path: string) => rmSync(path)],
  [
    "replaced",
    (path: string) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
  ],
  ["replaced", (path: string) => rmSync(`${path}-wal`)],
])("a lease is not renewed in a file that was %s", async (word, change) => {
  const path = join(mkdtempSync(join(folder, "gone-")), "ledger.db");
  const ledger = openLedger({ path, mode: "engine", clock: new StoppedClock(), random: () => 0.5 });
  const owner = { machine: "m", boot: "b", pidNamespace: "n", pid: 1, startTime: "t" };
  const fence = await ledger.leases.claim({ repository: "r", task: "", owner, untilMs: 1, isDead: () => false });
  if (fence === null) throw new Error("the lease was not given");
  expect(await ledger.leases.renew([fence], 2)).toEqual([]);
  change(path);
  const fault = await ledger.leases.renew([fence], 3).catch((error: unknown) => error);
  expect(fault).toMatchObject({ kind: "gone" });
  expect(String(fault)).toContain(word);
  ledger.close();
});
