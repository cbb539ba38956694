import type { RepositoryId } from "../../domain/ids.ts";
import type { Question } from "../../domain/question.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";

interface OvertakenParts {
  readonly ledger: Ledger;
  readonly repository: RepositoryId;
  readonly clock: Clock;
}

/** Answers questions about other tasks that went on meanwhile without an answer, so that what asks looks again. */
export async function answerOvertaken(parts: OvertakenParts, open: readonly Question[]): Promise<void> {
  for (const question of open) {
    const why = await whyOvertaken(parts, question);
    if (why === null) continue;
    await parts.ledger.decisions.answer({
      question: question.id,
      action: "retry",
      text: null,
      model: null,
      effectiveAt: parts.clock.now(),
      actor: { kind: "engine", name: why, pid: null },
    });
  }
}

/** Null: it asks what is to be decided still. */
async function whyOvertaken(
  { ledger: { tasks }, repository }: OvertakenParts,
  { task, reason, evidence }: Question,
): Promise<string | null> {
  const { culprit, to, failed } = evidence;
  if (reason === "regressed" && typeof culprit === "string") {
    const row = await tasks.get(repository, culprit);
    if (row?.state === "DONE" && row.mergeCommit === to) return null;
    return `what became of ${culprit} meanwhile`;
  }
  if (reason !== "part_failed" || !Array.isArray(failed)) return null;
  const rows = await tasks.list(repository, { parent: task });
  const isFailed = (said: unknown): boolean => {
    const row = rows.find(({ id }) => typeof said === "string" && said.startsWith(`${id}: `));
    return row === undefined || row.state === "FAILED";
  };
  return failed.some(isFailed) ? null : "what became of its parts meanwhile";
}
