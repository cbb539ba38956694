import { stageStates, type Roadmap, type RoadmapRevision, type StageRow } from "../../src/domain/roadmap.ts";
import type { TaskRow } from "../../src/domain/rows.ts";
import type { TaskDetail } from "../../src/engine/ports/task-reads.ts";
import { integer, json, jsonOrNull, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import * as schema from "../events/roadmap-schemas.ts";

/** The roadmap of a task's present generation. */
export function roadmapOfTask(sql: Sql, { repository, id, generation }: TaskRow): Pick<TaskDetail, "roadmap"> {
  const place = [repository, id, generation] as const;
  const revisions = sql
    .all("SELECT * FROM roadmap WHERE repository = ? AND task = ? AND generation = ? ORDER BY rev", ...place)
    .map(revisionOfRow);
  const last = revisions.at(-1);
  if (last === undefined) return {};
  const openings = sql.all(
    "SELECT * FROM stage WHERE repository = ? AND task = ? AND generation = ? ORDER BY opening",
    ...place,
  );
  const rows = new Map(openings.map((row) => [text(row, "id"), row]));
  const stages = last.roadmap.stages.map((stage, index) => stageOfRow(stage, index + 1, rows.get(stage.id)));
  return { roadmap: { roadmap: last.roadmap, stages, revisions } };
}

const revisionOfRow = (row: Row): RoadmapRevision => ({
  rev: integer(row, "rev"),
  roadmap: json(row, "roadmap", (data) => schema.roadmap.parse(data)),
  changes: json(row, "changes", (data) => schema.roadmapChange.array().parse(data)),
  why: text(row, "why"),
  by: text(row, "actor"),
  at: integer(row, "at"),
});

/** A stage without a row was never begun. */
const stageOfRow = ({ id, title }: Roadmap["stages"][number], place: number, row: Row | undefined): StageRow => ({
  id,
  title,
  place,
  opening: row === undefined ? 0 : integer(row, "opening"),
  state: row === undefined ? "PENDING" : oneOf(row, "state", stageStates),
  reason: row === undefined ? "" : text(row, "reason"),
  from: row === undefined ? null : textOrNull(row, "from_tip"),
  tip: row === undefined ? null : textOrNull(row, "tip"),
  record: row === undefined ? null : jsonOrNull(row, "record", (data) => schema.stageRecord.parse(data)),
});
