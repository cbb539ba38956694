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
