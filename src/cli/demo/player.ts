import type { RepositoryId } from "../../domain/ids.ts";
import type { Action, Question } from "../../domain/question.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";

/** What the demo's person says: yes to the plan, one change before the release, then yes. */
function decide(question: Question, asked: Set<string>): { readonly action: Action; readonly text: string | null } {
  const again = asked.has(question.task);
  asked.add(question.task);
  if (question.kind === "merge" && question.reason === "approval" && !again) {
    return { action: "request_changes", text: "Please name the table and the grouped digits in the change log." };
  }
  const [first = "approve"] = question.actions;
  return { action: question.actions.includes("approve") ? "approve" : first, text: null };
}

/**
 * Plays the person where there is no terminal to ask one: answers each question after `thinkMs`, as a program and under a name
 * that says so. Stops with the signal.
 */
export async function playPerson(
  parts: {
    readonly ledger: Ledger;
    readonly clock: Clock;
    readonly repository: RepositoryId;
    readonly thinkMs: number;
  },
  signal: AbortSignal,
): Promise<void> {
  const { ledger, clock, repository, thinkMs } = parts;
  const asked = new Set<string>();
  while (!signal.aborted) {
    for (const { question, answer } of await ledger.account.questions(repository)) {
      if (answer !== null || signal.aborted) continue;
      await clock.wait(thinkMs, signal);
      await ledger.decisions.answer({
        question: question.id,
        ...decide(question, asked),
        model: null,
        actor: { kind: "program", name: "the demo's person", pid: null },
        effectiveAt: clock.now(),
      });
    }
    await clock.wait(100, signal);
  }
}
