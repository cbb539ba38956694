import type { Finding } from "../domain/answers.ts";
import type { Severity } from "../domain/settings.ts";

const weights: Record<Severity, number> = { blocker: 8, major: 4, minor: 1, nit: 0 };

/** What the open findings of a stage weigh together: 8 a blocker, 4 a major one, 1 a minor one, nothing a nit. */
export const weightOf = (findings: readonly Pick<Finding, "severity" | "state">[]): number =>
  findings.reduce((sum, { severity, state }) => (state === "open" ? sum + weights[severity] : sum), 0);

/** Who is asked when fixing no longer helps, in this order, each once in an opening of a stage. */
export const rungs = ["tier", "supervisor", "person"] as const;
export type Rung = (typeof rungs)[number];

export type AfterFix =
  /** Nothing is open that weighs anything. */
  | { readonly kind: "on" }
  | { readonly kind: "fix" }
  | { readonly kind: "stop"; readonly next: Rung; readonly why: string };

/**
 * Whether a stage goes on, is fixed once more, or stops. `weighed`: what was open after its review, then after each fix since
 * that or the last rung. It is fixed again while W_k <= (1 - progress) W_(k-1), one cycle that falls short excepted, and while
 * fewer than `cycles` were done.
 */
export function afterFix(
  weighed: readonly number[],
  limits: { readonly cycles: number; readonly progress: number },
  used: readonly Rung[],
): AfterFix {
  const now = weighed.at(-1) ?? 0;
  if (now === 0) return { kind: "on" };
  const fixes = weighed.length - 1;
  const short = weighed.filter((weight, k) => k > 0 && weight > (1 - limits.progress) * (weighed[k - 1] ?? 0)).length;
  if (short < 2 && fixes < limits.cycles) return { kind: "fix" };
  const why =
    short >= 2
      ? `fixing no longer helps: what is open weighed ${weighed.join(", then ")}`
      : `after ${fixes} ${fixes === 1 ? "fix" : "fixes"} what is open still weighs ${now}`;
  return { kind: "stop", next: rungs.find((rung) => !used.includes(rung)) ?? "person", why };
}
