import type { AccountUse } from "../../src/domain/account-use.ts";
import { roles } from "../../src/domain/task.ts";
import { integer, integerOrNull, oneOf, text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";

/** In one statement: what programs told of their accounts' windows, and the calls that were begun since. */
export function accountUse(sql: Sql, sinceMs: number): AccountUse {
  const rows = sql.all(
    `SELECT account, at, name, share, reset_at, NULL AS role, NULL AS state FROM account_window
     UNION ALL
     SELECT a.account, a.started_at, NULL, NULL, NULL, c.role, a.state FROM attempt a JOIN call c ON c.id = a.call
     WHERE a.started_at > ?`,
    sinceMs,
  );
  const windows = rows.flatMap((row) =>
    row["name"] === null
      ? []
      : [
          {
            account: text(row, "account"),
            name: text(row, "name"),
            share: integer(row, "share"),
            resetAtMs: integerOrNull(row, "reset_at"),
            at: integer(row, "at"),
          },
        ],
  );
  const calls = rows.flatMap((row) =>
    row["name"] === null
      ? [
          {
            account: text(row, "account"),
            role: oneOf(row, "role", roles),
            startedAt: integer(row, "at"),
            running: text(row, "state") !== "ended",
          },
        ]
      : [],
  );
  return { windows, calls };
}
