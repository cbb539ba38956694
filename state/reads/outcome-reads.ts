import { z } from "zod";

import type { RepositoryId } from "../../src/domain/ids.ts";
import type { OutcomeRow } from "../../src/domain/outcome.ts";
import { roles } from "../../src/domain/task.ts";
import type { OutcomeFilter, OutcomeReads } from "../../src/engine/ports/outcome-reads.ts";
import { integer, json, oneOf, text, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { Sql, Value } from "../connection/sql.ts";
import { judged, outcomeOfWork } from "../events/outcome-schemas.ts";
import { object } from "../events/value-schemas.ts";

/** What became of the work of models, of a repository or of all. */
export function createOutcomeReads(connection: LedgerConnection): OutcomeReads {
  const { sql } = connection;
  return {
    list: (repository, filter = {}) => connection.read(() => listed(sql, repository, filter)),
    counts: (repository) =>
      connection.read(() =>
        sql
          .all(
            `SELECT model, role, sum(y = 1) AS held, sum(y = 0) AS failed, sum(y IS NULL) AS silent FROM outcome
             WHERE repository = coalesce(?, repository) GROUP BY model, role ORDER BY model, role`,
            repository,
          )
          .map((row) => ({
            model: text(row, "model"),
            role: oneOf(row, "role", roles),
            // Of rows that all say nothing the sum is null.
            held: Number(row["held"] ?? 0),
            failed: Number(row["failed"] ?? 0),
            silent: integer(row, "silent"),
          })),
      ),
  };
}

function listed(sql: Sql, repository: RepositoryId | null, filter: OutcomeFilter): readonly OutcomeRow[] {
  const where = ["TRUE"];
  const values: Value[] = [];
  const { task, role, model, area } = filter;
  for (const [column, wanted] of Object.entries({ repository, task, role, model, "outcome ->> '$.area'": area }))
    if (wanted !== null && wanted !== undefined) {
      where.push(`${column} = ?`);
      values.push(wanted);
    }
  const text = `SELECT outcome, y, at, corrections FROM outcome WHERE ${where.join(" AND ")} ORDER BY pos DESC LIMIT ?`;
  return sql
    .all(text, ...values, filter.limit ?? -1)
    .map(outcomeOfRow)
    .toReversed();
}

const corrections = z.array(object({ ...judged, at: z.number() }));

/** `y` is the newest that is known, `why` belongs to it. */
function outcomeOfRow(row: Row): OutcomeRow {
  const first = json(row, "outcome", (data) => outcomeOfWork.parse(data));
  const later = json(row, "corrections", (data) => corrections.parse(data));
  const last = later.at(-1) ?? first;
  return { ...first, y: last.y, why: last.why, at: integer(row, "at"), corrections: later };
}
