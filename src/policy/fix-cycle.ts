import type { Finding } from "../domain/answers.ts";
import type { Severity } from "../domain/settings.ts";

const weights: Record<Severity, number> = { blocker: 8, major: 4, minor: 1, nit: 0 };

/** What the open findings of a stage weigh together: 8 a blocker, 4 a major one, 1 a minor one, nothing a nit. */
export const weightOf = (findings: readonly Pick<Finding, "severity" | "state">[]): number =>
  findings.reduce((sum, { severity, state }) => (state === "open" ? sum + weights[severity] : sum), 0);

/**
 * Why fixing a piece of work stops, in words; null: it is fixed once more, or nothing is open that weighs anything. `weighed`: what
 * was open after its review, then after each fix since that or since the next tier was asked. It is fixed again while
 * W_k <= (1 - progress) W_(k-1), one cycle that falls short excepted, and while fewer than `cycles` were done.
 */
export function whyStop(
  weighed: readonly number[],
  limits: { readonly cycles: number; readonly progress: number },
): string | null {
  const now = weighed.at(-1) ?? 0;
  const fixes = weighed.length - 1;
  const short = weighed.filter((weight, k) => k > 0 && weight > (1 - limits.progress) * (weighed[k - 1] ?? 0)).length;
  if (now === 0 || (short < 2 && fixes < limits.cycles)) return null;
  return short >= 2
    ? `fixing no longer helps: what is open weighed ${weighed.join(", then ")}`
    : `after ${fixes} ${fixes === 1 ? "fix" : "fixes"} what is open still weighs ${now}`;
}
