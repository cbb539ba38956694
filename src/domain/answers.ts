import type { Severity } from "./settings.ts";

/** A step as a planner writes it; ids are renamed S1, S2, ... */
export interface PlanStep {
  readonly id: string;
  readonly title: string;
  readonly details: string;
  readonly files: readonly string[];
}

export interface Plan {
  readonly summary: string;
  readonly steps: readonly PlanStep[];
  readonly risks: readonly string[];
}

/** What a reviewer wrote, before its findings get ids and it is decided whether they block. */
export interface Verdict {
  readonly verdict: "approve" | "changes";
  readonly summary: string;
  readonly findings: readonly ReportedFinding[];
  /** Ids of earlier findings the reviewer says are settled. */
  readonly closed: readonly string[];
}

export interface ReportedFinding {
  /** The id of an earlier finding this one repeats, as far as the reviewer says so. */
  readonly id: string | null;
  readonly severity: Severity;
  readonly file: string | null;
  readonly line: number | null;
  readonly text: string;
}

export const findingStates = ["open", "closed", "waived"] as const;

/** A numbered point of a review. F1, F2, ... are given by the pipeline, per task and generation. */
export interface Finding {
  readonly id: string;
  /** What was reviewed: "plan", a step's id, or "task" for the whole. */
  readonly subject: string;
  readonly severity: Severity;
  readonly file: string | null;
  readonly line: number | null;
  readonly text: string;
  readonly state: (typeof findingStates)[number];
  /** The round in which it was first named. */
  readonly round: number;
  readonly reviewer: string;
}

export const severityRank: Record<Severity, number> = { nit: 0, minor: 1, major: 2, blocker: 3 };
