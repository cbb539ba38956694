import { noUse } from "../../src/domain/account-use.ts";
import type { AccountReads } from "../../src/engine/ports/account-reads.ts";
import { accountHolds } from "../../src/policy/account-holds.ts";
import { keptSince } from "../../src/policy/account-windows.ts";
import { integer, json, text } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import { hold as holdSchema } from "../events/value-schemas.ts";
import { attemptOfRow, callOfRow } from "../folds/call-row.ts";
import { answerOfRow, questionOfRow } from "../live/decisions.ts";
import type { Reservations } from "../live/reservations.ts";
import { accountUse } from "./account-use.ts";

/** What is shared by runs: the queue of questions, holds, money, and what runs now. */
export function createAccountReads(connection: LedgerConnection, reservations: Reservations): AccountReads {
  const { sql } = connection;
  return {
    questions: (repository) =>
      connection.read(() => {
        const waiting = "SELECT * FROM question WHERE state IN ('open', 'answered')";
        const rows =
          repository === null
            ? sql.all(`${waiting} ORDER BY pos`)
            : sql.all(`${waiting} AND repository = ? ORDER BY pos`, repository);
        return rows.map((row) => ({ question: questionOfRow(row), answer: answerOfRow(row) }));
      }),
    holds: (repository, by) =>
      connection.read(() => {
        const rows =
          repository === undefined
            ? sql.all("SELECT hold FROM hold ORDER BY pos")
            : sql.all("SELECT hold FROM hold WHERE repository IS NULL OR repository = ? ORDER BY pos", repository);
        const set = rows.map((row) => json(row, "hold", (data) => holdSchema.parse(data)));
        if (by?.settings.accounts === undefined) return set;
        const sinceMs = keptSince(by.settings);
        const use = sinceMs === null ? noUse : accountUse(sql, by.nowMs - sinceMs);
        return [...set, ...accountHolds(by.settings, use, by.nowMs)];
      }),
    use: (sinceMs) => connection.read(() => accountUse(sql, sinceMs)),
    spend: (scope) =>
      connection.read(() => {
        const row = sql.get("SELECT * FROM spend WHERE scope = ?", scope);
        const raisedMicros = reservations.raised(scope);
        const kind = scope.startsWith("task:") ? "task" : scope.startsWith("run:") ? "run" : "day";
        return {
          micros: row === null ? 0 : integer(row, "micros"),
          tokens: row === null ? 0 : integer(row, "tokens"),
          reservedMicros: reservations.reserved(kind, scope),
          unknownCalls: row === null ? 0 : integer(row, "unknown_calls"),
          ...(raisedMicros === 0 ? {} : { raisedMicros }),
        };
      }),
    waived: (repository) =>
      connection.read(() =>
        sql.all("SELECT * FROM waived_check WHERE repository = ? ORDER BY name", repository).map((row) => ({
          check: text(row, "name"),
          command: text(row, "command"),
          by: text(row, "actor"),
          at: integer(row, "at"),
        })),
      ),
    running: (repository) =>
      connection.read(() => {
        const rows =
          repository === null
            ? sql.all("SELECT * FROM attempt WHERE state <> 'ended' ORDER BY pos")
            : sql.all("SELECT * FROM attempt WHERE repository = ? AND state <> 'ended' ORDER BY pos", repository);
        return rows.flatMap((row) => {
          const call = sql.get("SELECT * FROM call WHERE id = ?", text(row, "call"));
          return call === null ? [] : [{ ...attemptOfRow(row), callRow: callOfRow(call) }];
        });
      }),
  };
}
