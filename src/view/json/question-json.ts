import type { QuestionResult } from "../../actions/results/question.ts";
import type { Question } from "../../domain/question.ts";
import { consequenceOf, meaningOfQuestion } from "../review/question-words.ts";

/** What waits for a person, with what it means and what each answer leads to. */
export const questionJson = (question: Question): QuestionResult => ({
  id: question.id,
  kind: question.kind,
  reason: question.reason,
  text: question.text,
  means: meaningOfQuestion(question),
  actions: question.actions,
  consequences: Object.fromEntries(question.actions.map((action) => [action, consequenceOf(action, question)])),
  returnState: question.returnState,
  askedAt: new Date(question.askedAt).toISOString(),
  evidence: question.evidence,
});
