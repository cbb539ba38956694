import type { SlotUse } from "../../src/domain/slot.ts";
import type { GivenSlot, SlotTable, SlotWish } from "../../src/engine/ports/slot-table.ts";
import { lowestFree, portBaseOf, portLanes, slotFor, type SlotRow } from "../../src/policy/slot-choice.ts";
import { flag, integer, text, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { Sql } from "../connection/sql.ts";

const rows = `SELECT slot.repository, n, slot.task, lane, coalesce(held, 0) AS held, coalesce(until, 0) AS until, coalesce(state, '') AS state
  FROM slot LEFT JOIN lease ON lease.repository = slot.repository AND lease.task = CASE WHEN slot.task LIKE '.%' THEN '' ELSE slot.task END
  LEFT JOIN task ON task.repository = slot.repository AND task.id = slot.task ORDER BY n`;

const rowOf = (row: Row, nowMs: number): SlotRow & { readonly repository: string } => ({
  repository: text(row, "repository"),
  n: integer(row, "n"),
  name: text(row, "task"),
  lane: integer(row, "lane"),
  isLive: flag(row, "held") && integer(row, "until") > nowMs,
  isOver: ["DONE", "FAILED"].includes(text(row, "state")),
});

/** Gives slots within a transaction that is there already. */
export function takeSlots(sql: Sql, nowMs: number, repository: string, wish: SlotWish): readonly GivenSlot[] {
  return wish.names.map((name) => ({ name, ...takeSlot(sql, nowMs, repository, { ...wish, name }) }));
}

function takeSlot(sql: Sql, nowMs: number, repository: string, wish: SlotWish & { readonly name: string }): SlotUse {
  const all = sql.all(rows).map((row) => rowOf(row, nowMs));
  const here = all.filter((row) => row.repository === repository);
  const { n, from } = slotFor(here, wish);
  const own = here.find(({ name }) => name === wish.name);
  if (own?.n === n) return { n, portBase: portBaseOf(own.lane) };
  const free = lowestFree(all.map(({ lane }) => lane));
  const old = free < portLanes ? null : all.find((row) => !row.isLive && row.repository !== repository);
  if (old != null) sql.run("DELETE FROM slot WHERE repository = ? AND n = ?", old.repository, old.n);
  // What it had before, and who had it, go with that.
  const lane = from?.lane ?? own?.lane ?? old?.lane ?? free;
  sql.run(
    "INSERT OR REPLACE INTO slot (repository, n, task, lane) VALUES (?, ?, ?, ?)",
    repository,
    n,
    wish.name,
    lane,
  );
  return { n, portBase: portBaseOf(lane) };
}

export const createSlots = (connection: LedgerConnection, now: () => number): SlotTable => ({
  take: (repository, wish) => connection.write(() => takeSlots(connection.sql, now(), repository, wish)),
});
