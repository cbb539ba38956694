import type { Finding } from "../domain/answers.ts";

/** What is known at the end of a stage. */
export interface StageEnd {
  readonly findings: readonly Pick<Finding, "id" | "severity" | "state">[];
  /** Ids of findings that lie outside of the stage, as their reviewer says. */
  readonly outside: readonly string[];
  /** Null: nothing was estimated, or nothing is known. */
  readonly costMicros: { readonly estimated: number; readonly used: number } | null;
  readonly steps: { readonly estimated: number; readonly used: number } | null;
  /** Why fixing was given up; null: it was not. */
  readonly stopped: string | null;
  /** Checks that turned red, and the stage that did it as far as that is known. */
  readonly regressions: readonly { readonly check: string; readonly stage: string | null }[];
  /** Of what the roadmap called unknown: what is known now. */
  readonly answered: readonly string[];
  /** Files of stages to come that a merged base changed. */
  readonly moved: readonly { readonly stage: string; readonly file: string }[];
}

/** From which multiple of an estimate on it counts as wrong. */
const over = 1.5;

/** Why a supervisor is asked after a stage, a sentence each. Empty: it is not, and the next stage begins without a call. */
export function supervisorReasons(end: StageEnd): readonly string[] {
  const open = end.findings.filter(({ state }) => state === "open").map(({ id }) => id);
  const waived = end.findings.filter(({ state }) => state === "waived").map(({ id }) => id);
  return [
    ...(open.length > 0 ? [`${open.join(", ")} ${open.length === 1 ? "is" : "are"} open`] : []),
    ...(waived.length > 0 ? [`${waived.join(", ")} ${waived.length === 1 ? "was" : "were"} waived`] : []),
    ...(exceeds(end.costMicros) ? ["it cost more than half as much again as was estimated"] : []),
    ...(exceeds(end.steps) ? ["it took more than half as many steps again as were estimated"] : []),
    ...(end.stopped === null ? [] : [`fixing was given up: ${end.stopped}`]),
    ...end.regressions.map(
      ({ check, stage }) => `${check} is red again, ${stage === null ? "nobody knows since when" : `since ${stage}`}`,
    ),
    ...(end.outside.length > 0
      ? [`${end.outside.join(", ")} ${end.outside.length === 1 ? "lies" : "lie"} outside of it`]
      : []),
    ...end.answered.map((answer) => `it is known now: ${answer}`),
    ...end.moved.map(({ stage, file }) => `the base changed ${file}, which ${stage} is to change`),
  ];
}

const exceeds = (amount: StageEnd["costMicros"]): boolean => amount !== null && amount.used > over * amount.estimated;
