import { createHash } from "node:crypto";

import { z } from "zod";

import type { EventData, NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import type { RepositoryId, TaskId } from "../../src/domain/ids.ts";
import { totalTokens } from "../../src/domain/money.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { severities } from "../../src/domain/settings.ts";
import { risks, roles } from "../../src/domain/task.ts";
import { corrected, type WorkEnd } from "../../src/policy/outcome.ts";
import { type KeyResult, type ModelTry, type UnitOutcome, unitsOf } from "../../src/policy/units-of-work.ts";
import { integer, integerOrNull, json, jsonOrNull, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { analysis as analysisSchema, chosenMode } from "../events/analysis-schemas.ts";
import { finding, spec } from "../events/value-schemas.ts";
import { attemptOfRow } from "../folds/call-row.ts";
import { costIn } from "../folds/fold-type.ts";

type Place = readonly [repository: RepositoryId, task: TaskId];

/**
 * What the events of a transaction, which are folded by now, make known of the work of models: outcomes of units that are over,
 * and corrections of what was known. They become true with them. Reads nothing where a task only goes on.
 */
export function outcomeEvents(sql: Sql, events: readonly RecordedEvent[]): readonly NewEvent[] {
  return events.flatMap((event): readonly NewEvent[] => {
    if (event.repository === null) return [];
    const { repository, task } = event;
    if (event.type === "regression.found")
      return event.data.task === null
        ? []
        : undone(sql, [repository, event.data.task], { redCheck: event.data.check }, event.data.red);
    if (task === undefined) return [];
    const place: Place = [repository, task];
    switch (event.type) {
      case "task.moved": {
        const end = endOf(event.data);
        return end === null ? [] : whenOver(sql, place, { end, keep: [], chosen: null });
      }
      case "task.restarted": {
        // What had ended was told at its end, if it was told: of what ended under an older version nothing is made up.
        if (events.some((one) => one.task === task && one.type === "task.moved" && isEnd(one.data.from))) return [];
        const { generation, keep, model } = event.data;
        return whenOver(sql, place, { end: null, keep, chosen: model, generation: generation - 1 });
      }
      case "merge.reverted":
        return undone(sql, place, "reverted", event.data.of);
      default:
        return [];
    }
  });
}

const isEnd = (state: EventData["task.moved"]["from"]): boolean => state === "DONE" || state === "FAILED";

function endOf({ to, failure: failed }: EventData["task.moved"]): WorkEnd | null {
  if (to === "DONE") return { kind: "done", isMerged: false };
  if (to !== "FAILED") return null;
  return { kind: "failed", type: failed?.type ?? "failed", reason: failed?.reason ?? null };
}

interface Over {
  /** Null: it is begun anew. */
  readonly end: WorkEnd | null;
  readonly keep: readonly string[];
  readonly chosen: string | null;
  /** Absent: the one it is in. */
  readonly generation?: number;
}

function whenOver(sql: Sql, place: Place, over: Over): readonly NewEvent[] {
  const tries = triesOf(sql, place);
  if (tries.length === 0) return [];
  const row = taskOf(sql, place, over.generation ?? null);
  if (row === null) return [];
  const generation = over.generation ?? integer(row, "generation");
  const results = resultsOf(sql, place, generation);
  const commit = textOrNull(row, "merge_commit");
  const units = unitsOf({
    generation,
    tries,
    results,
    end: over.end?.kind === "done" ? { ...over.end, isMerged: commit !== null } : (over.end ?? anew(results)),
    keep: new Set(over.keep),
    chosen: over.chosen,
    blockOn: row["block_on"] === null ? "major" : oneOf(row, "block_on", severities),
  });
  const known = knownOf(sql, place);
  return units.flatMap((unit): readonly NewEvent[] => {
    const id = idOf(place, unit);
    const before = known.get(id);
    if (before === undefined)
      return [{ type: "outcome.recorded", task: place[1], data: { outcome: outcomeOf(row, unit, id) } }];
    // It was over before, and its task went on with what it had made.
    if (unit.y === null || before === unit.y) return [];
    return [
      {
        type: "outcome.corrected",
        task: place[1],
        data: { id, y: unit.y, why: unit.why, ...(commit === null ? {} : { commit }) },
      },
    ];
  });
}

/** A person's word on the work was the last that was committed, or something else has it begun anew. */
const anew = (results: readonly KeyResult[]): WorkEnd => {
  const last = results.at(-1);
  return { kind: "again", by: last?.action === "retry" && last.key.endsWith("/person") ? "verdict" : "other" };
};

/** Corrects what was recorded as held by a merge. */
function undone(sql: Sql, place: Place, cause: Parameters<typeof corrected>[1], commit: string): readonly NewEvent[] {
  const rows = sql.all(
    "SELECT id, role FROM outcome WHERE repository = ? AND task = ? AND y = 1 AND outcome ->> '$.commit' = ? ORDER BY pos",
    ...place,
    commit,
  );
  return rows.flatMap((row): readonly NewEvent[] => {
    const judged = corrected(oneOf(row, "role", roles), cause);
    if (judged === null) return [];
    return [{ type: "outcome.corrected", task: place[1], data: { id: text(row, "id"), ...judged } }];
  });
}

const idOf = (place: Place, { unit, role, n }: UnitOutcome): string =>
  createHash("sha256")
    .update(JSON.stringify([...place, unit, role, n]))
    .digest("hex")
    .slice(0, 16);

function outcomeOf(row: Row, { n: _n, ...unit }: UnitOutcome, id: string): Outcome {
  const { mode, area } = json(row, "spec", (data) => spec.parse(data));
  const analysis = jsonOrNull(row, "analysis", (data) => analysisSchema.parse(data));
  const chosen = jsonOrNull(row, "chosen", (data) => chosenMode.parse(data));
  return {
    ...unit,
    id,
    task: text(row, "id"),
    run: text(row, "run"),
    area,
    kind: analysis?.kind ?? null,
    risk: oneOf(row, "risk", risks),
    mode: chosen?.mode ?? mode,
    complexity: analysis?.complexity ?? null,
    commit: textOrNull(row, "merge_commit"),
  };
}

/** `generation`: of whose analysis; null: of the one it is in. */
const taskOf = (sql: Sql, place: Place, generation: number | null): Row | null =>
  sql.get(
    `SELECT t.id, t.run, t.risk, t.generation, t.merge_commit, t.spec, a.analysis, a.mode AS chosen,
       (SELECT data ->> '$.review.blockOn' FROM settings WHERE digest = t.settings_digest LIMIT 1) AS block_on
     FROM task t LEFT JOIN analysis a ON a.repository = t.repository AND a.task = t.id AND a.generation = coalesce(?, t.generation)
     WHERE t.repository = ? AND t.id = ?`,
    generation,
    ...place,
  );

const triesOf = (sql: Sql, place: Place): readonly ModelTry[] =>
  sql
    .all(
      `SELECT attempt.*, call.key AS call_key, call.role, call.round, call.prompt_hash
       FROM call JOIN attempt ON attempt.call = call.id WHERE call.repository = ? AND call.task = ? ORDER BY call.pos, attempt.attempt`,
      ...place,
    )
    .map(tryOf);

function tryOf(row: Row): ModelTry {
  const { outcome, failure: failed, model, durationMs, usage } = attemptOfRow(row);
  const key = text(row, "call_key");
  const cut = key.indexOf("/");
  return {
    key: key.slice(cut + 1),
    generation: Number(key.slice(1, cut)),
    role: oneOf(row, "role", roles),
    round: integer(row, "round"),
    promptHash: text(row, "prompt_hash"),
    model,
    end: { outcome, failure: failed, isCached: row["cost_source"] === "cached" },
    failure: failed === null ? null : [failed.type, failed.reason].filter((one) => one !== null).join(" "),
    durationMs,
    cost: costIn(row),
    tokens: totalTokens(usage),
  };
}

/** Of a generation, inherited ones included, in the order in which they were first committed. */
const resultsOf = (sql: Sql, [repository, task]: Place, generation: number): readonly KeyResult[] =>
  sql
    .all(
      `SELECT key, pos, result ->> '$.kind' AS kind, result ->> '$.what' AS what, result ->> '$.action' AS action,
         result ->> '$.model' AS model, result ->> '$.approved' AS approved, result ->> '$.stop' AS stop, result -> '$.findings' AS findings,
         result ->> '$.green' AS green, json_array_length(result, '$.failed') AS failed
       FROM result WHERE repository = ? AND task = ? AND generation = ? ORDER BY pos`,
      repository,
      task,
      generation,
    )
    .map((row) => ({
      key: text(row, "key"),
      pos: integer(row, "pos"),
      action: textIfText(row["action"]),
      isNoChange: row["kind"] === "trouble" && row["what"] === "no_change",
      isRed: row["green"] === 0 && (integerOrNull(row, "failed") ?? 0) > 0,
      review:
        row["kind"] === "reviewed"
          ? {
              model: text(row, "model"),
              approved: row["approved"] === 1,
              stopped: row["stop"] !== null,
              findings: jsonOrNull(row, "findings", (data) => z.array(finding).parse(data)) ?? [],
            }
          : null,
    }));

const textIfText = (value: unknown): string | null => (typeof value === "string" ? value : null);

const knownOf = (sql: Sql, place: Place): ReadonlyMap<string, number | null> =>
  new Map(
    sql
      .all("SELECT id, y FROM outcome WHERE repository = ? AND task = ?", ...place)
      .map((row) => [text(row, "id"), integerOrNull(row, "y")]),
  );
