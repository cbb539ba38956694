import { assert } from "../../src/domain/assert.ts";
import { generationOf, taskOf, type Folds } from "./fold-type.ts";

/** What a task's work left behind: committed results, questions, findings, check results, snapshots. */
export const evidenceFolds: Pick<
  Folds,
  | "key.committed"
  | "question.asked"
  | "question.answered"
  | "question.reopened"
  | "question.withdrawn"
  | "finding.opened"
  | "finding.closed"
  | "check.ended"
  | "snapshot.made"
> = {
  "key.committed"(sql, event, tx) {
    const { repository, task } = taskOf(event);
    const { inputs, result } = event.data;
    const { generation, key } = splitKey(event.data.key);
    const known = sql.value(
      "SELECT 1 FROM result WHERE repository = ? AND task = ? AND generation = ? AND key = ?",
      repository,
      task,
      generation,
      key,
    );
    assert(known === null, `${task} committed the key ${event.data.key} twice`);
    sql.run(
      "INSERT INTO result (repository, task, generation, key, inputs, pos, tx, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      repository,
      task,
      generation,
      key,
      inputs,
      event.pos,
      tx,
      JSON.stringify(result),
    );
    sql.run(
      "UPDATE question SET state = 'taken' WHERE repository = ? AND task = ? AND key = ? AND state = 'answered'",
      repository,
      task,
      event.data.key,
    );
  },
  "question.asked"(sql, event) {
    const { repository, task } = taskOf(event);
    const { question } = event.data;
    sql.run(
      `INSERT INTO question (id, repository, run, task, key, state, pos, question) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)`,
      question.id,
      repository,
      event.run ?? question.run,
      task,
      question.key,
      event.pos,
      JSON.stringify(question),
    );
  },
  "question.answered"(sql, event) {
    const { answer } = event.data;
    sql.one(
      `the question ${answer.question} is not open`,
      "UPDATE question SET state = 'answered', answer = ? WHERE id = ? AND state = 'open'",
      JSON.stringify(answer),
      answer.question,
    );
  },
  "question.reopened"(sql, event) {
    const { question } = event.data;
    sql.one(
      `the question ${question} has no answer to take back`,
      "UPDATE question SET state = 'open', answer = NULL WHERE id = ? AND state = 'answered'",
      question,
    );
  },
  "question.withdrawn"(sql, event) {
    const { question } = event.data;
    sql.one(
      `the question ${question} is not there to be withdrawn`,
      "UPDATE question SET state = 'withdrawn' WHERE id = ? AND state IN ('open', 'answered')",
      question,
    );
  },
  "finding.opened"(sql, event, tx) {
    const { repository, task } = taskOf(event);
    const { finding } = event.data;
    sql.run(
      `INSERT INTO finding (repository, task, generation, id, subject, severity, file, line, text, state, round, reviewer, pos, opened_tx)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (repository, task, generation, id) DO UPDATE SET subject = excluded.subject, severity = excluded.severity,
         file = excluded.file, line = excluded.line, text = excluded.text, state = excluded.state, round = excluded.round,
         reviewer = excluded.reviewer, closed_tx = NULL`,
      repository,
      task,
      generationOf(sql, event),
      finding.id,
      finding.subject,
      finding.severity,
      finding.file,
      finding.line,
      finding.text,
      finding.state,
      finding.round,
      finding.reviewer,
      event.pos,
      tx,
    );
  },
  "finding.closed"(sql, event, tx) {
    const { repository, task } = taskOf(event);
    const { id, state } = event.data;
    sql.one(
      `${task} has no finding ${id}`,
      "UPDATE finding SET state = ?, closed_tx = ? WHERE repository = ? AND task = ? AND generation = ? AND id = ?",
      state,
      tx,
      repository,
      task,
      generationOf(sql, event),
      id,
    );
  },
  "check.ended"(sql, event) {
    const { repository, task } = taskOf(event);
    sql.run(
      "INSERT INTO check_result (repository, task, generation, pos, at, result) VALUES (?, ?, ?, ?, ?, ?)",
      repository,
      task,
      generationOf(sql, event),
      event.pos,
      event.at,
      JSON.stringify(event.data),
    );
  },
  "snapshot.made"(sql, event) {
    const { repository, task } = taskOf(event);
    const { n, ref, commit, reason } = event.data;
    sql.run(
      "INSERT OR REPLACE INTO snapshot (repository, task, n, ref, tip, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      repository,
      task,
      n,
      ref,
      commit,
      reason,
      event.at,
    );
  },
};

/** `g2/main/plan/1` is `main/plan/1` of generation 2. */
function splitKey(key: string): { readonly generation: number; readonly key: string } {
  const match = /^g(\d{1,9})\/(.+)$/s.exec(key);
  assert(match?.[1] !== undefined && match[2] !== undefined, `the key ${key} does not begin with its generation`);
  return { generation: Number(match[1]), key: match[2] };
}
