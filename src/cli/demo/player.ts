import type { RepositoryId } from "../../domain/ids.ts";
import type { Action, Question } from "../../domain/question.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";

/** What is answered where it may be; a person would mend what is red, but the demo goes on without it. */
const preferred: readonly Action[] = ["approve", "keep"];

/** What the demo's person says: go on without the red lint, yes to the plan, one change before the release, then yes. */
function decide(question: Question, asked: Set<string>): { readonly action: Action; readonly text: string | null } {
  const about = `${question.task} ${question.reason}`;
  const again = asked.has(about);
  asked.add(about);
  if (question.kind === "merge" && question.reason === "approval" && !again) {
    return { action: "request_changes", text: "Please name the table and the grouped digits in the change log." };
  }
  const { actions } = question;
  const [first = "approve"] = actions;
  // What did not help once will not help the second time.
  const last = again && actions.includes("abort") ? "abort" : first;
  return { action: preferred.find((action) => actions.includes(action)) ?? last, text: null };
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
