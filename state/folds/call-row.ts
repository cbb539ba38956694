import { outcomeKinds, type OutcomeKind } from "../../src/domain/failure.ts";
import type { AttemptRow, CallRow } from "../../src/domain/rows.ts";
import { roles } from "../../src/domain/task.ts";
import { flag, integer, integerOrNull, jsonOrNull, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import { failure } from "../events/value-schemas.ts";
import { costIn, usageIn } from "./fold-type.ts";

const attemptOutcomes: readonly (OutcomeKind | "crashed")[] = [...outcomeKinds, "crashed"];

export const callOfRow = (row: Row): CallRow => ({
  id: text(row, "id"),
  run: text(row, "run"),
  repository: text(row, "repository"),
  task: text(row, "task"),
  step: textOrNull(row, "step"),
  key: text(row, "key"),
  role: oneOf(row, "role", roles),
  round: integer(row, "round"),
  state: oneOf(row, "state", ["running", "ended"]),
  outcome: row["outcome"] === null ? null : oneOf(row, "outcome", outcomeKinds),
  failure: jsonOrNull(row, "failure", (data) => failure.parse(data)),
  model: textOrNull(row, "model"),
  attempts: integer(row, "attempts"),
  startedAt: integer(row, "started_at"),
  endedAt: integerOrNull(row, "ended_at"),
  nextAt: integerOrNull(row, "next_at"),
  usage: usageIn(row),
  cost: costIn(row),
  promptHash: text(row, "prompt_hash"),
});

export const attemptOfRow = (row: Row): AttemptRow => ({
  call: text(row, "call"),
  attempt: integer(row, "attempt"),
  rerun: integer(row, "rerun"),
  model: text(row, "model"),
  adapter: text(row, "adapter"),
  account: text(row, "account"),
  folder: text(row, "folder"),
  base: textOrNull(row, "base"),
  session: textOrNull(row, "session"),
  reservation: textOrNull(row, "reservation"),
  state: oneOf(row, "state", ["intended", "spawned", "ended"]),
  pid: integerOrNull(row, "pid"),
  startTime: textOrNull(row, "start_time"),
  startedAt: integer(row, "started_at"),
  endedAt: integerOrNull(row, "ended_at"),
  outcome: row["outcome"] === null ? null : oneOf(row, "outcome", attemptOutcomes),
  failure: jsonOrNull(row, "failure", (data) => failure.parse(data)),
  counted: flag(row, "counted"),
  usage: usageIn(row),
  cost: costIn(row),
  durationMs: integerOrNull(row, "duration_ms"),
});
