import { findingStates, type Finding } from "../../src/domain/answers.ts";
import type { ChangeRequest, QuestionKind } from "../../src/domain/question.ts";
import type { CheckRow, SnapshotRow, StepRow, TaskRow } from "../../src/domain/rows.ts";
import { severities } from "../../src/domain/settings.ts";
import { splitKey, type Part } from "../../src/domain/parts.ts";
import { isTerminal, stepStates, taskStates } from "../../src/domain/task.ts";
import type { TaskDetail } from "../../src/engine/ports/task-reads.ts";
import { integer, integerOrNull, json, jsonOrNull, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { analysis, chosenMode, foundContext } from "../events/analysis-schemas.ts";
import { joined, split } from "../events/part-schemas.ts";
import { checkResult, plan } from "../events/value-schemas.ts";
import { attemptOfRow, callOfRow } from "../folds/call-row.ts";
import { roadmapOfTask } from "./roadmap-read.ts";
import { answerOfRow, questionOfRow } from "../live/decisions.ts";

type Place = readonly [repository: string, task: string];

/** Steps, findings, checks and plan of the present generation; calls and snapshots of all. */
export function detailOf(sql: Sql, task: TaskRow): TaskDetail {
  const place: Place = [task.repository, task.id];
  const present = (table: string, order: string): readonly Row[] =>
    sql.all(
      `SELECT * FROM ${table} WHERE repository = ? AND task = ? AND generation = ? ORDER BY ${order}`,
      ...place,
      task.generation,
    );
  const question = sql.get(
    "SELECT question FROM question WHERE repository = ? AND task = ? AND state = 'open' ORDER BY pos LIMIT 1",
    ...place,
  );
  return {
    task,
    steps: present("step", "place").map((row) => stepOfRow(row, task)),
    findings: present("finding", "pos").map(findingOfRow),
    checks: present("check_result", "pos").map((row) => checkOfRow(row, task)),
    calls: callsOf(sql, place, task),
    snapshots: snapshotsOf(sql, place),
    question: question === null ? null : questionOfRow(question),
    ...requestsOf(sql, place, task.generation),
    ...madeOf(present("analysis", "tx").at(-1), task),
    ...partsOf(sql, place, task),
    ...joinedOf(present("joined", "tx").at(-1)),
    ...roadmapOfTask(sql, task),
    plan: planOfRow(present("plan", "pos").at(-1)),
  };
}

/** Those it was split into last, as they were then and as they stand. Begun anew it has none until it is split again, if it ever is. */
function partsOf(sql: Sql, place: Place, task: TaskRow): Pick<TaskDetail, "parts"> {
  const states = sql.all(
    `SELECT id, state, spec ->> '$.goal' AS goal, (SELECT type FROM event WHERE event.repository = task.repository
       AND event.task = task.id AND type IN ('merge.done', 'merge.reverted') ORDER BY pos DESC LIMIT 1) AS merge
     FROM task WHERE repository = ? AND parent = ? ORDER BY position`,
    ...place,
  );
  if (states.length === 0) return {};
  const known = lastSplit(sql, place, task);
  const parts = states.flatMap((row) => {
    const id = text(row, "id");
    // Of a run that is cleaned away nobody knows any more what it was split off for.
    const bare = { id, goal: text(row, "goal"), covers: [], quote: "", files: [], needs: [], complexity: 3 };
    const part = known === null ? bare : known.get(id);
    if (part === undefined) return [];
    const state = oneOf(row, "state", taskStates);
    const isUndone = state === "DONE" && row["merge"] === "merge.reverted";
    return [{ ...part, state, ...(isUndone ? { reverted: true } : {}) }];
  });
  return parts.length === 0 ? {} : { parts };
}

/** What it was split into last, with those that it goes on without; null: nobody knows. */
function lastSplit(sql: Sql, place: Place, { generation }: TaskRow): ReadonlyMap<string, Part> | null {
  const told = "SELECT data FROM event WHERE repository = ? AND task = ? AND type = 'task.split' ORDER BY pos";
  let known = new Map<string, Part>();
  let of: number | null = null;
  for (const row of sql.all(told, ...place)) {
    const now = json(row, "data", (data) => split.parse(data));
    const isWhole = now.parts.length === 0 && now.generation !== of;
    if (isWhole || now.parts.some(({ id }) => !known.has(id)))
      known = new Map(now.parts.map((part) => [part.id, part]));
    of = now.generation;
  }
  if (of === null) return null;
  if (of === generation) return known;
  const kept = "SELECT 1 FROM result WHERE repository = ? AND task = ? AND generation = ? AND key = ?";
  return sql.value(kept, ...place, generation, splitKey) === null ? new Map() : known;
}

function madeOf(row: Row | undefined, { spec }: TaskRow): Pick<TaskDetail, "analysis" | "chosenMode" | "context"> {
  if (row === undefined) return {};
  const made = jsonOrNull(row, "analysis", (data) => analysis.parse(data));
  const chosen = jsonOrNull(row, "mode", (data) => chosenMode.parse(data));
  const context = jsonOrNull(row, "context", (data) => foundContext.parse(data));
  return {
    ...(made === null ? {} : { analysis: made }),
    // What was chosen, and found, holds no longer where a person has said a mode since that goes by none of it.
    ...(chosen === null || spec.mode !== "context-aware" ? {} : { chosenMode: chosen }),
    ...(context === null || (spec.mode !== "context-aware" && spec.mode !== "adaptive") ? {} : { context }),
  };
}

const joinedOf = (row: Row | undefined): Pick<TaskDetail, "joined"> =>
  row === undefined ? {} : { joined: json(row, "joined", (data) => joined.parse(data)) };

const stepOfRow = (row: Row, task: TaskRow): StepRow => ({
  task: task.id,
  id: text(row, "id"),
  generation: task.generation,
  stage: text(row, "stage"),
  index: integer(row, "place"),
  title: text(row, "title"),
  state: oneOf(row, "state", stepStates),
  model: textOrNull(row, "model"),
  commit: textOrNull(row, "tip"),
  rounds: integer(row, "rounds"),
});

const findingOfRow = (row: Row): Finding => ({
  id: text(row, "id"),
  subject: text(row, "subject"),
  severity: oneOf(row, "severity", severities),
  file: textOrNull(row, "file"),
  line: integerOrNull(row, "line"),
  text: text(row, "text"),
  state: oneOf(row, "state", findingStates),
  round: integer(row, "round"),
  reviewer: text(row, "reviewer"),
});

const checkOfRow = (row: Row, task: TaskRow): CheckRow => ({
  ...json(row, "result", (data) => checkResult.parse(data)),
  task: task.id,
  at: integer(row, "at"),
});

const planOfRow = (row: Row | undefined): TaskDetail["plan"] =>
  row === undefined
    ? null
    : { round: integer(row, "round"), plan: json(row, "plan", (data) => plan.parse(data)), model: text(row, "model") };

/** Questions about the work itself; those about permissions, money or trouble say nothing of what it should be. */
const aboutWork: ReadonlySet<QuestionKind> = new Set<QuestionKind>(["plan", "review", "merge", "gate", "conflict"]);

/** What a person decided about the work in this generation, the newest first. */
function requestsOf(sql: Sql, place: Place, generation: number): Pick<TaskDetail, "request" | "requests"> {
  const rows = sql.all(
    "SELECT * FROM question WHERE repository = ? AND task = ? AND state IN ('answered', 'taken') ORDER BY pos DESC",
    ...place,
  );
  const requests: (ChangeRequest | null)[] = [];
  for (const row of rows) {
    const [question, answer] = [questionOfRow(row), answerOfRow(row)];
    if (answer === null || !aboutWork.has(question.kind) || !question.key.startsWith(`g${generation}/`)) continue;
    const { action, text: words, actor, effectiveAt } = answer;
    const { to } = question.evidence;
    const asked = action === "request_changes" && words !== null;
    const about = typeof to === "string" ? { tip: to } : {};
    requests.push(asked ? { kind: question.kind, text: words, by: actor.name, at: effectiveAt, ...about } : null);
  }
  const all = requests.filter((request) => request !== null).toReversed();
  return { request: requests[0] ?? null, ...(all.length === 0 ? {} : { requests: all }) };
}

/** What was cut off for good has no end of its own: its task is over, or has begun anew. */
function callsOf(sql: Sql, place: Place, { state, generation }: TaskRow): TaskDetail["calls"] {
  const attempts = sql.all(
    `SELECT attempt.* FROM call JOIN attempt ON attempt.call = call.id WHERE call.repository = ? AND call.task = ?
     ORDER BY call.pos, attempt.attempt`,
    ...place,
  );
  const tries = Map.groupBy(attempts.map(attemptOfRow), ({ call }) => call);
  return sql.all("SELECT * FROM call WHERE repository = ? AND task = ? ORDER BY pos", ...place).map((row) => {
    const call = { ...callOfRow(row), tries: tries.get(text(row, "id")) ?? [] };
    const isOver = isTerminal(state) || !call.key.startsWith(`g${generation}/`);
    if (call.state === "ended" || !isOver) return call;
    const last = call.tries.at(-1);
    return { ...call, state: "ended", outcome: "cancelled", endedAt: last?.endedAt ?? call.startedAt };
  });
}

const snapshotsOf = (sql: Sql, place: Place): readonly SnapshotRow[] =>
  sql.all("SELECT * FROM snapshot WHERE repository = ? AND task = ? ORDER BY n", ...place).map((row) => ({
    task: text(row, "task"),
    n: integer(row, "n"),
    ref: text(row, "ref"),
    commit: text(row, "tip"),
    reason: text(row, "reason"),
    at: integer(row, "at"),
  }));
