import type { NewEvent } from "../../domain/events.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Question } from "../../domain/question.ts";
import type { Ledger } from "../ports/ledger.ts";

/** The questions of a task whose answers nobody has taken up, oldest first. */
export async function openQuestions(
  ledger: Ledger,
  repository: RepositoryId,
  task: TaskId,
): Promise<readonly Question[]> {
  const waiting = await ledger.account.questions(repository);
  return waiting.map(({ question }) => question).filter((question) => question.task === task);
}

/** What becomes of questions that no answer could move any more. */
export const withdrawals = (questions: readonly Question[], reason: string): readonly NewEvent[] =>
  questions.map((question) => ({
    type: "question.withdrawn",
    task: question.task,
    data: { question: question.id, reason },
  }));
