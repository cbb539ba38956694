import type { Cursors } from "../../src/engine/ports/cursors.ts";
import { integer } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";

export function createCursors(connection: LedgerConnection): Cursors {
  const { sql } = connection;
  return {
    get: (name) =>
      connection.read(() => {
        const [row] = sql.all("SELECT pos, at FROM cursor WHERE name = ?", name);
        return row === undefined ? null : { pos: integer(row, "pos"), at: integer(row, "at") };
      }),
    set: (name, { pos, at }) =>
      connection.write(() => {
        sql.run("INSERT OR REPLACE INTO cursor (name, pos, at) VALUES (?, ?, ?)", name, pos, at);
      }),
    remove: (name) =>
      connection.write(() => {
        sql.run("DELETE FROM cursor WHERE name = ?", name);
      }),
  };
}
