import type { PlanStep } from "./answers.ts";
import type { StepId } from "./ids.ts";

/** ST1, ST2, ...: never given twice in one generation of a task. */
export type StageId = string;

/** A stage and how often it was opened by then, from 1. */
export interface StageOpening {
  readonly id: StageId;
  readonly opening: number;
}

/** The states of a stage and the legal moves out of each. A stage that is opened again is ACTIVE with the next opening. */
export const stageMoves = {
  PENDING: ["ACTIVE", "SKIPPED"],
  ACTIVE: ["DONE"],
  DONE: ["ACTIVE"],
  SKIPPED: [],
} as const satisfies Record<string, readonly string[]>;
export type StageState = keyof typeof stageMoves;
export const stageStates = ["PENDING", "ACTIVE", "DONE", "SKIPPED"] as const satisfies readonly StageState[];

/** A part of a task that is worked on, checked and left as a whole before the next begins. */
export interface Stage {
  readonly id: StageId;
  readonly title: string;
  readonly goal: string;
  /** Paths that it is expected to change. */
  readonly files: readonly string[];
  readonly needs: readonly StageId[];
  /** Names of checks that are run at its end. */
  readonly checks: readonly string[];
  /** Sentences that are seen to hold when it is done. */
  readonly doneWhen: readonly string[];
  /** Step ids run on over all stages: S1 to Sn. */
  readonly steps: readonly PlanStep[];
}

/** What a task of the adaptive mode is thought to need, as far as that is known now. */
export interface Roadmap {
  readonly facts: readonly string[];
  readonly unknown: readonly string[];
  readonly guesses: readonly string[];
  /** In their order of work. */
  readonly stages: readonly Stage[];
}

/** A stage as a model writes it: its id and those of its steps are given by us. */
export interface StageDraft extends Omit<Stage, "id" | "steps"> {
  /** Steps of the stages that it is made of, taken over as they are, before those of its own. */
  readonly keeps: readonly StepId[];
  readonly steps: readonly StepDraft[];
}

export interface StepDraft extends Omit<PlanStep, "id"> {
  /** Steps of the stages that its stage is made of whose work it does instead. */
  readonly replaces: readonly StepId[];
}

/** What a person asked of the roadmap of a task under way. */
export interface RoadmapRequest {
  /** Of the command. */
  readonly id: string;
  readonly by: string;
  /** Null: they said none. */
  readonly because: string | null;
  readonly op: "skip" | "reopen";
  readonly stage: StageId;
}

/** What is said of a request that a task takes up: of any other why it cannot be. */
export const takenUp = "when the stage under way ends";

export const changeOps = ["merge", "split", "reorder", "skip", "reopen", "add"] as const;

export type RoadmapChange =
  | { readonly op: "merge"; readonly stages: readonly StageId[]; readonly into: StageDraft }
  | { readonly op: "split"; readonly stage: StageId; readonly into: readonly StageDraft[] }
  /** All stages that have not begun, in their new order. */
  | { readonly op: "reorder"; readonly order: readonly StageId[] }
  /** Null: a person says that it is not needed. */
  | { readonly op: "skip"; readonly stage: StageId; readonly metBy: StageId | null }
  /** `steps`: what is to be done in it now; empty: one step that settles the finding. */
  | {
      readonly op: "reopen";
      readonly stage: StageId;
      readonly finding: string;
      readonly steps: readonly Omit<PlanStep, "id">[];
    }
  /** Null: before all that have not begun. */
  | { readonly op: "add"; readonly stage: StageDraft; readonly after: StageId | null };

/** What a change did, in a few words. */
export function changeWords(change: RoadmapChange): string {
  switch (change.op) {
    case "merge":
      return `${change.stages.join(", ")} merged: ${change.into.title}`;
    case "split":
      return `${change.stage} split: ${change.into.map(({ title }) => title).join(" | ")}`;
    case "reorder":
      return `now in the order ${change.order.join(", ")}`;
    case "skip":
      return `${change.stage} skipped${change.metBy === null ? "" : `, as ${change.metBy} does what it is for`}`;
    case "reopen":
      return `${change.stage} opened again: ${change.finding}`;
    case "add":
      return `added${change.after === null ? " before what was left" : ` after ${change.after}`}: ${change.stage.title}`;
  }
}

/** What a finished stage hands on to the later ones; made from events, without a model. */
export interface StageRecord {
  readonly stage: StageId;
  readonly opening: number;
  readonly goal: string;
  readonly files: readonly string[];
  /** A sentence each: a finding and how it was closed. */
  readonly findings: readonly string[];
  /** Checks that failed on the way, and why. */
  readonly failures: readonly string[];
  /** What of `doneWhen` is met, and by what. */
  readonly met: readonly string[];
}

/** A stage as it stands. */
export interface StageRow {
  readonly id: StageId;
  /** From 1; 0: it was never begun. */
  readonly opening: number;
  /** From 1, in the order of work. */
  readonly place: number;
  readonly state: StageState;
  readonly title: string;
  readonly reason: string;
  /** Tip of the task's branch when its last opening began, and when it ended. */
  readonly from: string | null;
  readonly tip: string | null;
  readonly record: StageRecord | null;
}

/** One text of the roadmap, the newest last. */
export interface RoadmapRevision {
  /** From 1. */
  readonly rev: number;
  readonly roadmap: Roadmap;
  /** Empty: the first. */
  readonly changes: readonly RoadmapChange[];
  readonly why: string;
  /** A model, a person, or "rules". */
  readonly by: string;
  readonly at: number;
}

/** All that is known of the roadmap of a task. */
export interface TaskRoadmap {
  /** As it is now. */
  readonly roadmap: Roadmap;
  /** Of each of its stages, in the order of work. */
  readonly stages: readonly StageRow[];
  /** The newest last. */
  readonly revisions: readonly RoadmapRevision[];
}

/** Where a task may go back to in it: the stages that were begun, and their later openings as `ST1.2`. */
export const stagePoints = ({ stages }: TaskRoadmap): readonly { readonly point: string; readonly title: string }[] =>
  stages.flatMap(({ id, opening, title }) =>
    Array.from({ length: opening }, (_, n) => ({ point: n === 0 ? id : `${id}.${n + 1}`, title })),
  );

export interface RoadmapEvents {
  "roadmap.revised": { readonly generation: number } & Omit<RoadmapRevision, "at">;
  "stage.moved": {
    readonly generation: number;
    readonly stage: StageId;
    readonly opening: number;
    readonly from: StageState;
    readonly to: StageState;
    readonly reason: string;
    /** Tip of the task's branch then. */
    readonly tip?: string;
    readonly record?: StageRecord;
  };
  /** A check that was green before the task's work is red at the end of a stage. */
  "stage.regressed": {
    readonly generation: number;
    readonly check: string;
    readonly failures: readonly string[];
    /** The stage after which it turned red; null: not proven. */
    readonly stage: StageId | null;
    /** Commits: the last that was green, the first that was red. */
    readonly green: string | null;
    readonly red: string;
    /** How often the check was run to find that out. */
    readonly runs: number;
  };
  /** The steps of a task as they are from now on, in their order. Known ones keep their state; none is ever taken away. */
  "steps.changed": {
    readonly generation: number;
    readonly steps: readonly {
      readonly id: StepId;
      readonly title: string;
      readonly stage: StageId;
      readonly opening: number;
    }[];
  };
}
