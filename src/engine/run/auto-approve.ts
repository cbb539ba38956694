import type { RepositoryId } from "../../domain/ids.ts";
import type { Ledger } from "../ports/ledger.ts";

/** `--yes-to plan,merge`: approves questions of these kinds that only ask for approval; never those from rounds, conflicts or limits. */
export async function autoApprove(
  ledger: Ledger,
  repository: RepositoryId,
  kinds: readonly ("plan" | "merge")[],
  nowMs: number,
): Promise<void> {
  for (const { question, answer } of await ledger.account.questions(repository)) {
    if (answer !== null || question.reason !== "approval" || !kinds.some((kind) => kind === question.kind)) continue;
    await ledger.decisions.answer({
      question: question.id,
      action: "approve",
      text: null,
      model: null,
      effectiveAt: nowMs,
      actor: { kind: "engine", name: `--yes-to ${question.kind}`, pid: null },
    });
  }
}
