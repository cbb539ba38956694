import type { CheckResult } from "../domain/events.ts";
import type { TaskProof } from "../domain/proof.ts";

/** What the results of a task's checks prove of the tree they were measured on. */
export function proofOf(results: readonly Pick<CheckResult, "name" | "result">[]): TaskProof {
  const proves = ({ result }: Pick<CheckResult, "result">): boolean => result === "pass" || result === "flaky";
  const provenBy = results.filter(proves).map(({ name }) => name);
  const without = results.filter((result) => !proves(result)).map(({ name }) => name);
  return { proof: provenBy.length === 0 ? "none" : without.length === 0 ? "checks" : "partly", provenBy, without };
}
