import type { Activity, AskedSpan, DoneAttempt } from "../../src/domain/activity.ts";
import type { RepositoryId } from "../../src/domain/ids.ts";
import { roles } from "../../src/domain/task.ts";
import { integer, integerOrNull, oneOf, text, textOrNull } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { attemptOfRow } from "../folds/call-row.ts";
import { answerOfRow, questionOfRow } from "../live/decisions.ts";

/** So many attempts and questions are looked at, the newest. */
const mostAttempts = 4_000;
const mostQuestions = 400;

/** The newest attempts that began since then, with what they were for, and the newest questions: each read backwards by an index. */
export function readActivity(sql: Sql, repository: RepositoryId, sinceMs: number): Activity {
  const rows = sql.all(
    `SELECT a.*, c.task, c.step, c.role, c.round FROM attempt a JOIN call c ON c.id = a.call
     WHERE a.started_at >= ? AND a.repository = ? ORDER BY a.started_at DESC, a.pos DESC LIMIT ?`,
    sinceMs,
    repository,
    mostAttempts + 1,
  );
  const asked = sql.all("SELECT * FROM question ORDER BY rowid DESC LIMIT ?", mostQuestions);
  return {
    attempts: rows
      .slice(0, mostAttempts)
      .toReversed()
      .map((row): DoneAttempt => {
        const { usage, cost, ...attempt } = attemptOfRow(row);
        return {
          call: attempt.call,
          task: text(row, "task"),
          step: textOrNull(row, "step"),
          role: oneOf(row, "role", roles),
          round: integer(row, "round"),
          attempt: attempt.attempt,
          model: attempt.model,
          startedAt: attempt.startedAt,
          endedAt: attempt.endedAt,
          outcome: attempt.outcome,
          failure: attempt.failure,
          outputTokens: usage.output,
          cache: {
            input: usage.input,
            cacheRead: usage.cacheRead,
            cacheWrite: usage.cacheWrite,
            savedMicros: integerOrNull(row, "saved_micros"),
            isKept: cost.source === "cached",
          },
          costMicros: cost.micros,
          durationMs: attempt.durationMs,
        };
      }),
    cut: rows.length > mostAttempts,
    questions: asked
      .filter((row) => text(row, "repository") === repository)
      .toReversed()
      .flatMap((row): readonly AskedSpan[] => {
        const { task, kind, askedAt } = questionOfRow(row);
        const answeredAt = answerOfRow(row)?.effectiveAt ?? null;
        // Nobody waits for the answer to one that was withdrawn.
        return answeredAt === null && text(row, "state") === "withdrawn" ? [] : [{ task, kind, askedAt, answeredAt }];
      }),
  };
}
