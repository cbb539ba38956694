import type { Finding } from "../domain/answers.ts";

/** What is known at the end of a stage. */
export interface StageEnd {
  readonly findings: readonly Pick<Finding, "id" | "severity" | "state">[];
  /** What it was first thought to take, and what it has taken; null: it was opened again for a check that turned red. */
  readonly steps: { readonly estimated: number; readonly used: number } | null;
  /** Why fixing was given up, a sentence each. */
  readonly stopped: readonly string[];
  /** Checks that turned red, and the stage that did it as far as that is known. */
  readonly regressions: readonly { readonly check: string; readonly stage: string | null }[];
}

/** From which multiple of an estimate on it counts as wrong; one step more, which settles a finding, never does. */
const over = 1.5;
const isWrong = ({ estimated, used }: NonNullable<StageEnd["steps"]>): boolean =>
  used > over * estimated && used > estimated + 1;

/** Why a supervisor is asked after a stage, a sentence each. Empty: it is not, and the next stage begins without a call. */
export function supervisorReasons({ findings, steps, stopped, regressions }: StageEnd): readonly string[] {
  const open = findings.filter(({ state }) => state === "open").map(({ id }) => id);
  const waived = findings.filter(({ state }) => state === "waived").map(({ id }) => id);
  return [
    ...(open.length > 0 ? [`${open.join(", ")} ${open.length === 1 ? "is" : "are"} open`] : []),
    ...(waived.length > 0 ? [`${waived.join(", ")} ${waived.length === 1 ? "was" : "were"} waived`] : []),
    ...(steps !== null && isWrong(steps)
      ? [`it took ${steps.used} steps, and was thought to take ${steps.estimated}`]
      : []),
    ...(stopped.length > 0 ? [`fixing was given up: ${stopped.join("; ")}`] : []),
    ...regressions.map(
      ({ check, stage }) => `${check} is red again, ${stage === null ? "nobody knows since when" : `since ${stage}`}`,
    ),
  ];
}
