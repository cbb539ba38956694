import type { RepositoryId } from "../../src/domain/ids.ts";
import type { WorkTime } from "../../src/domain/rows.ts";
import { modes, risks } from "../../src/domain/task.ts";
import { integer, oneOf, text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";

/** The tasks are chosen first, so that nothing is added up for those that are not asked for. */
const query = (which: string): string => `
  SELECT id, given_risk, json_extract(spec, '$.mode') AS mode,
    (SELECT coalesce(sum(coalesce(attempt.duration_ms, max(0, ? - attempt.started_at))), 0)
       FROM call CROSS JOIN attempt ON attempt.call = call.id
       WHERE call.repository = task.repository AND call.task = task.id AND attempt.outcome IS NOT 'crashed')
    + (SELECT coalesce(sum(json_extract(result, '$.durationMs')), 0)
       FROM check_result WHERE repository = task.repository AND task = task.id) AS worked
  FROM (SELECT rowid FROM task WHERE repository = ? AND ${which}) AS chosen CROSS JOIN task ON task.rowid = chosen.rowid`;

/** Tasks that worked at all, as a time-out counts it. Those of runs that were cleaned away did not. */
export const workTimes = (
  sql: Sql,
  repository: RepositoryId,
  which: string,
  nowMs: number | null,
): readonly WorkTime[] =>
  sql
    .all(query(which), nowMs, repository)
    .map((row) => ({
      task: text(row, "id"),
      mode: oneOf(row, "mode", modes),
      risk: oneOf(row, "given_risk", risks),
      workedMs: integer(row, "worked"),
    }))
    .filter(({ workedMs }) => workedMs > 0);
