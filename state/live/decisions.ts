import type { Answer, Question } from "../../src/domain/question.ts";
import type { AnswerOutcome, Decisions } from "../../src/engine/ports/decisions.ts";
import { json, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import { answer as answerSchema, given as givenSchema, question as questionSchema } from "../events/value-schemas.ts";
import type { EventTable } from "../log/event-log.ts";

const states = ["open", "answered", "taken", "withdrawn"] as const;

export const questionOfRow = (row: Row): Question => json(row, "question", (data) => questionSchema.parse(data));
export const answerOfRow = (row: Row): Answer | null =>
  textOrNull(row, "answer") === null ? null : json(row, "answer", (data) => answerSchema.parse(data));

/** What people decide. Works with no engine running: the engine finds answers and commands when it looks. */
export function createDecisions(connection: LedgerConnection, events: EventTable, now: () => number): Decisions {
  const { sql } = connection;
  const find = (id: string): Row | null => sql.get("SELECT * FROM question WHERE id = ?", id);

  const decide = (answer: Answer): AnswerOutcome => {
    const row = find(answer.question);
    if (row === null) return { ok: false, why: "unknown", legal: [] };
    const state = oneOf(row, "state", states);
    if (state === "withdrawn") return { ok: false, why: "unknown", legal: [] };
    if (state !== "open") return { ok: false, why: "answered", legal: [] };
    const question = questionOfRow(row);
    if (!question.actions.includes(answer.action)) return { ok: false, why: "illegal", legal: question.actions };
    events.append({
      repository: text(row, "repository"),
      run: text(row, "run"),
      events: [{ type: "question.answered", task: question.task, data: { answer } }],
    });
    return { ok: true, question };
  };

  return {
    answer: (answer) => connection.write(() => decide(answer)),
    takeBack: (id, actor) =>
      connection.write(() => {
        const row = find(id);
        if (row === null || oneOf(row, "state", states) !== "answered") return false;
        const answer = answerOfRow(row);
        if (answer === null || now() >= answer.effectiveAt) return false;
        events.append({
          repository: text(row, "repository"),
          run: text(row, "run"),
          events: [{ type: "question.reopened", task: text(row, "task"), data: { question: id, actor } }],
        });
        return true;
      }),
    give: (repository, run, given) =>
      connection.write(() => {
        events.append({ repository, run, events: [{ type: "command.given", data: { given } }] });
      }),
    pending: (repository) =>
      connection.read(() =>
        sql
          .all("SELECT given FROM command WHERE repository = ? AND taken IS NULL ORDER BY pos", repository)
          .map((row) => json(row, "given", (data) => givenSchema.parse(data))),
      ),
  };
}
