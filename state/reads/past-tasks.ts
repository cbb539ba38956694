import type { PastTask } from "../../src/policy/analyse-task.ts";
import { integer, integerOrNull, textOrNull } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";

/**
 * Of each: what it was thought to be, what it cost, how often reviewers turned it down and how often its checks were red. What a
 * run that is cleaned away knew of it stands in the outcomes.
 */
const query = `
  SELECT area, CASE WHEN ends = 0 THEN NULL ELSE cost_micros END AS micros,
    coalesce((SELECT json_extract(analysis, '$.complexity') FROM analysis
        WHERE repository = task.repository AND task = task.id AND generation = task.generation),
      (SELECT max(json_extract(outcome, '$.complexity')) FROM outcome WHERE repository = task.repository AND task = task.id)) AS complexity,
    coalesce(nullif((SELECT count(*) FROM result WHERE repository = task.repository AND task = task.id AND generation = task.generation
        AND json_extract(result, '$.kind') = 'reviewed' AND json_extract(result, '$.approved') = 0), 0),
      (SELECT max(json_extract(outcome, '$.rounds')) - 1 FROM outcome WHERE repository = task.repository AND task = task.id), 0) AS rejections,
    coalesce(nullif((SELECT count(*) FROM result WHERE repository = task.repository AND task = task.id AND generation = task.generation
        AND json_extract(result, '$.green') = 0), 0),
      (SELECT max(json_extract(outcome, '$.gateFailures')) FROM outcome WHERE repository = task.repository AND task = task.id), 0) AS red
  FROM task WHERE repository = ? AND state = 'DONE' ORDER BY ended_at DESC, id LIMIT 500`;

/** The last tasks that are done, the newest first. */
export const pastTasks = (sql: Sql, repository: string): readonly PastTask[] =>
  sql.all(query, repository).map((row) => ({
    area: textOrNull(row, "area"),
    complexity: integerOrNull(row, "complexity"),
    costMicros: integerOrNull(row, "micros"),
    rejections: integer(row, "rejections"),
    gateFailures: integer(row, "red"),
  }));
