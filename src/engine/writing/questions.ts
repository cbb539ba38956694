import type { NewEvent } from "../../domain/events.ts";
import type { ModelName, RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Action, Actor, Question, QuestionKind } from "../../domain/question.ts";
import type { TaskState } from "../../domain/task.ts";
import type { Ledger } from "../ports/ledger.ts";

export interface Asked {
  readonly kind: QuestionKind;
  readonly reason: string;
  readonly text: string;
  readonly actions: readonly Action[];
  /** What earlier versions offered here: answers to that stay answers. */
  readonly formerly?: readonly Action[];
  readonly returnState: TaskState;
  readonly evidence: Readonly<Record<string, Json>>;
  /** Where the task goes on; null: it stays AWAITING_HUMAN for a following question. */
  readonly to: (given: Given) => TaskState | null;
  /** What the answer makes true; written together with its being taken. */
  readonly records?: (given: Given) => readonly NewEvent[];
}

/** A person's answer as the pipeline reads it. */
export interface Given {
  readonly action: Action;
  readonly text: string | null;
  readonly model: ModelName | null;
  readonly by: string;
  /** A person, not a flag such as --yes-to. Absent in answers of older ledgers. */
  readonly byPerson?: boolean;
}

/** A question with what the ledger adds to it. */
export function questionOf(asked: Asked, more: Pick<Question, "id" | "run" | "task" | "key" | "askedAt">): Question {
  return {
    ...more,
    kind: asked.kind,
    reason: asked.reason,
    text: asked.text,
    actions: asked.actions,
    returnState: asked.returnState,
    evidence: asked.evidence,
  };
}

export const engineActor: Actor = { kind: "engine", name: "engine", pid: null };

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
