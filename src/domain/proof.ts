export const proofs = ["checks", "partly", "none"] as const;
/** checks: every check of the task passed on what was merged. partly: some did. none: nothing proves it. */
export type Proof = (typeof proofs)[number];

/** What proves a task. */
export interface TaskProof {
  readonly proof: Proof;
  /** Names of the checks that passed. */
  readonly provenBy: readonly string[];
  /** Names of those that prove nothing: red at the base too, or gone on without. */
  readonly without: readonly string[];
}

/** What proves a task, in words that stand alone or behind a dash. */
export function proofWords({ proof, provenBy, without }: TaskProof): string {
  switch (proof) {
    case "checks":
      return `proven by ${provenBy.join(", ")}`;
    case "partly":
      return `partly proven: by ${provenBy.join(", ")}, not by ${without.join(", ")}`;
    case "none":
      return without.length === 0
        ? "nothing proves this: no check ran"
        : `nothing proves this: ${without.join(", ")} ${without.length === 1 ? "is" : "are"} red without it too`;
  }
}
