import type { Finding } from "../domain/answers.ts";

export interface ReviewStop {
  readonly reason: "repeated_finding" | "growth" | "rounds";
  /** For a person. */
  readonly text: string;
  /** Ids of the findings that block. */
  readonly findings: readonly string[];
}

/**
 * Whether a blocked review may go into another round; null: it may. What says most is said first. `blocking` is not empty;
 * `returned` are those of them that had been closed.
 */
export function stopOf(
  at: { readonly sincePerson: number; readonly rounds: number; readonly openBefore: number | null },
  blocking: readonly Finding[],
  returned: readonly Finding[],
): ReviewStop | null {
  const findings = blocking.map(({ id }) => id);
  const stop = (reason: ReviewStop["reason"], text: string): ReviewStop => ({ reason, text, findings });
  const open = `${findings.join(", ")} ${findings.length === 1 ? "is" : "are"} open`;
  if (returned.length > 0) {
    return stop(
      "repeated_finding",
      `${returned.map(({ id }) => id).join(", ")} came back after it was closed; ${open}`,
    );
  }
  if (at.openBefore !== null && findings.length > at.openBefore) {
    return stop("growth", `more is open than a round ago (${findings.length}, was ${at.openBefore}): ${open}`);
  }
  if (at.sincePerson < at.rounds) return null;
  return stop("rounds", `after ${at.sincePerson} ${at.sincePerson === 1 ? "round" : "rounds"} ${open}`);
}
