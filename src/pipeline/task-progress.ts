import type { ChosenMode } from "../domain/analysis.ts";
import type { Finding, Plan } from "../domain/answers.ts";
import type { FoundContext } from "../domain/analysis.ts";
import type { ModelName, StepId } from "../domain/ids.ts";
import type { StageOpening } from "../domain/roadmap.ts";
import type { TaskState } from "../domain/task.ts";
import type { RestartReason } from "../engine/task/durable-task.ts";
import type { FixLadder } from "./fix-ladder.ts";

/**
 * How far a task has come while its pipeline runs. Built from results of committed keys only, so that a second pass builds
 * the same; it is the one thing that phases hand on.
 */
export interface TaskProgress {
  readonly branch: string;
  readonly worktree: string;
  /** Its checks were measured on the base before anything was paid, and a person was asked about red ones. */
  readonly measuredFirst: boolean;
  /** What the task's own changes are measured against. */
  base: string;
  /** Tip of the task's branch. */
  tip: string;
  /** What was chosen for a context-aware task; null: it is none, or nothing was chosen yet. */
  chosen: ChosenMode | null;
  /** Null where there is none: the task is one step. */
  plan: Plan | null;
  /** What a search of the base has found for its prompts; null: none was made. */
  found: FoundContext | null;
  /** The stage of a roadmap that is worked on; null: there is none. */
  stage: StageOpening | null;
  /** What finished stages say, oldest first. */
  decisions: readonly string[];
  findings: readonly Finding[];
  readonly authors: Set<ModelName>;
  readonly steps: Set<StepId>;
  /** Last implementing session, to go on with inside one unit of work. */
  session: { readonly model: ModelName; readonly session: string } | null;
  rejections: number;
  gateFailures: number;
  /** Inputs of the gate that a person agreed to, as they were in the commit that was asked about. */
  agreed: AgreedInputs | null;
  /** Files that a plan named which a person approved. */
  planned: readonly string[];
  /** How often in a row something on the machine was in the way of its checks. */
  environmentFaults: number;
  /** The same of services that did not stand. */
  serviceFaults: number;
  /** A person's words for the next prompt, letter by letter. */
  words: string | null;
  /** A person's choice for the next call. */
  forced: ModelName | null;
  /** A snapshot whose files the next implementer finds in the tree. */
  snapshot: string | null;
  /** What a person said when this generation was started over, until its first own work was told of it. */
  restartReason: RestartReason | null;
}

/** Nothing of it differs from where it began: there is nothing to review, to check or to merge. */
export const isUnchanged = ({ base, tip }: TaskProgress): boolean => base === tip;

export interface AgreedInputs {
  readonly commit: string;
  readonly contents: readonly { readonly path: string; readonly id: string | null }[];
}

/** What a person said when they started the generation over goes to the first work that was not taken over. */
export function applyRestartReason(progress: TaskProgress, key: string): void {
  const { restartReason } = progress;
  if (restartReason === null || restartReason.keep.includes(key)) return;
  progress.restartReason = null;
  progress.words = restartReason.text ?? progress.words;
  progress.forced = restartReason.model;
  progress.snapshot = restartReason.commit;
}

/** A piece of work that is implemented and reviewed until it is approved: a step, a fix, a conflict, or the whole. */
export interface Unit {
  /** Durable prefix: main/S1, main/fix-1. */
  readonly key: string;
  readonly step: StepId | null;
  readonly kind: "step" | "whole" | "gate_fix" | "conflict" | "change";
  readonly title: string;
  readonly details: string;
  /** False: the first thing is a review (the whole task, after its steps). */
  readonly implementsFirst: boolean;
  readonly review: boolean;
  /** State entered when it is approved. */
  readonly enters: TaskState;
  /** Puts more into the tree than the tip has, before an implementer starts: the other side of a conflict. */
  readonly arrange: ((worktree: string) => Promise<void>) | null;
  /** Facts for the prompt: failing checks, conflicting files. */
  readonly trouble: readonly string[];
  /** Files that hold conflict markers when an implementer starts; none may when it ends. */
  readonly conflicts: readonly string[];
  /** Where what is reviewed begins, if not where the task or the unit does. */
  readonly since?: string;
  /** What is done where its fixes no longer help; absent: a person is asked. */
  readonly ladder?: FixLadder;
}

export const subjectOf = (unit: Unit): string => unit.step ?? unit.key.slice(unit.key.indexOf("/") + 1);
