import type { Question } from "../../domain/question.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";

interface TriedParts {
  readonly ledger: Ledger;
  readonly repository: RepositoryId;
  readonly clock: Clock;
}

/** Answers questions about parts that failed where none of them is failed any more: somebody has given them back by themselves. */
export async function answerTriedParts(
  { ledger, repository, clock }: TriedParts,
  open: readonly Question[],
): Promise<void> {
  for (const { id, task, kind, reason, evidence } of open) {
    const { failed } = evidence;
    if (kind !== "parts" || reason !== "part_failed" || !Array.isArray(failed)) continue;
    const rows = await ledger.tasks.list(repository, { parent: task });
    const isFailed = (said: unknown): boolean => {
      const row = rows.find((part) => typeof said === "string" && said.startsWith(`${part.id}: `));
      return row === undefined || row.state === "FAILED";
    };
    if (failed.some(isFailed)) continue;
    await ledger.decisions.answer({
      question: id,
      action: "retry",
      text: null,
      model: null,
      effectiveAt: clock.now(),
      actor: { kind: "engine", name: "its parts are tried again already", pid: null },
    });
  }
}
