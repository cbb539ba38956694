import { brand } from "../domain/brand.ts";
import type { ChosenMode } from "../domain/analysis.ts";
import type { StepId, TaskId } from "../domain/ids.ts";
import type { Mode, StepState, TaskSpec, TaskState } from "../domain/task.ts";

/** How work goes on: by no plan, by one, by a roadmap. */
export type Body = ChosenMode["mode"];

/** What is known of a task whose mode a person changes under way. */
export interface ModeChange {
  readonly id: TaskId;
  readonly from: Mode;
  readonly to: Mode;
  readonly state: TaskState;
  readonly isPart: boolean;
  readonly hasParts: boolean;
  /** What it works by now; null: that is not chosen yet. */
  readonly body: Body | null;
  readonly isPlanAgreed: boolean;
  readonly steps: readonly { readonly id: StepId; readonly state: StepState }[];
}

/** What the next generation takes over. */
export type Kept =
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "nothing" }
  /** Everything up to the plan that was agreed on. */
  | { readonly kind: "plan" }
  /** The plan or roadmap with the steps that are done; `next`: the first that is not. */
  | { readonly kind: "steps"; readonly done: readonly StepId[]; readonly next: StepId };

/**
 * What stays of a task's work when its mode is changed:
 *
 *     works by     to             no step done            some steps done
 *     no plan      any            nothing                 (its one step is done: refused, as below)
 *     a plan       two-loop       nothing                 plan and steps; the rest goes on by that plan
 *     a plan       three-loop     the plan                plan and steps
 *     a plan       adaptive       nothing: no stages      plan and steps, as one stage
 *     a plan       context-aware  the plan                plan and steps
 *     a roadmap    two-loop       nothing                 roadmap and steps; nobody supervises the rest
 *     a roadmap    three-loop     its steps as the plan   roadmap and steps; nobody supervises the rest
 *     a roadmap    adaptive       the roadmap             roadmap and steps
 *     a roadmap    context-aware  the roadmap             roadmap and steps
 *
 * A step that is done is never done again, and what it was planned with stays with it. Where all are done, what is left (review,
 * checks, merge) is the same in every mode.
 */
export function keptOf(change: ModeChange): Kept {
  const why = refusalOf(change);
  if (why !== null) return { kind: "refused", why };
  const { body, to, steps } = change;
  const next = steps.find(({ state }) => state !== "COMPLETED");
  const done = steps.filter(({ state }) => state === "COMPLETED").map(({ id }) => id);
  if (next !== undefined && done.length > 0) return { kind: "steps", done, next: next.id };
  const isUsable = to !== "two-loop" && (body === "adaptive" || (body === "three-loop" && to !== "adaptive"));
  return isUsable && change.isPlanAgreed ? { kind: "plan" } : { kind: "nothing" };
}

function refusalOf({ id, from, to, state, isPart, hasParts, steps }: ModeChange): string | null {
  if (from === to) return `${id} is done in ${to} already`;
  if (state === "DONE") return `${id} is done: its mode changes nothing any more`;
  if (isPart) return `${id} is a part of another task, which chose its mode`;
  if (hasParts && state === "FAILED")
    return `${id} was split, and its parts have modes of their own: ${brand.bin} task ${id} --retry goes on with them, ${brand.bin} run --again ${id} begins it anew`;
  if (hasParts) return `${id} is split, and its parts are under way: their work is what is left of it`;
  if (state !== "FAILED" && steps.length > 0 && steps.every((step) => step.state === "COMPLETED"))
    return `all steps of ${id} are done: what is left, its review, its checks and its merge, is the same in every mode`;
  return null;
}

/** Whether a key, without its generation, is taken over. The first that is not ends what is. */
export function isKept(kept: Exclude<Kept, { kind: "refused" }>): (key: string) => boolean {
  if (kept.kind === "nothing") return () => false;
  if (kept.kind === "plan") return (key) => !key.startsWith("main/base/");
  return (key) => !key.startsWith(`main/${kept.next}/`);
}

/** What is kept, for a person. */
export function keptText(kept: Exclude<Kept, { kind: "refused" }>): string {
  if (kept.kind === "nothing") return "it begins again from the base; its branch so far stays in a snapshot";
  if (kept.kind === "plan") return "its plan is kept";
  const { done } = kept;
  return `${done.join(", ")} ${done.length === 1 ? "is" : "are"} done and kept, and the rest goes on by the plan they were made with`;
}

/** What kept keys make a task go on by, whatever its mode says; null: nothing of its steps was kept. */
export function keptBody(mode: Mode, keep: readonly string[]): Body | null {
  if (!keep.some((key) => stepKey.test(key))) return null;
  if (keep.includes("road/1") || mode === "adaptive") return "adaptive";
  return keepsPlan(keep) ? "three-loop" : "two-loop";
}

/** What a kept plan was made for, where a mode is chosen with it: only a roadmap began with a search. Null: none was kept. */
export const keptPlan = (keep: readonly string[]): Body | null =>
  keepsPlan(keep) ? (keep.includes("main/context") ? "adaptive" : "three-loop") : null;

/** What is begun already is not taken apart. */
export const keepsWork = (keep: readonly string[]): boolean => keepsPlan(keep) || keep.some((key) => stepKey.test(key));

export const keepsPlan = (keep: readonly string[]): boolean => keep.some((key) => key.startsWith("main/plan/"));

/** How kept steps were reviewed: others of the same task are too. Null: none was kept that is done. */
export function keptReview(keep: readonly string[]): ChosenMode["reviewPer"] | null {
  if (keep.some((key) => /^main\/S\d+\/complete$/.test(key))) return "task";
  return keep.some((key) => /^main\/S\d+\/review\//.test(key)) ? "step" : null;
}

const stepKey = /^main\/S\d+\//;

/** The mode a person said stays while the file says what it said then; once the file's changes, that holds. */
export function withSaidMode(before: TaskSpec, now: TaskSpec): TaskSpec {
  const { modeInstead } = before;
  return modeInstead === undefined || modeInstead.file !== now.mode ? now : { ...now, mode: before.mode, modeInstead };
}

/** A task with another mode, by a person. */
export function sayMode(spec: TaskSpec, mode: Mode, by: string): TaskSpec {
  const { modeInstead, ...rest } = spec;
  const file = modeInstead?.file ?? spec.mode;
  return file === mode ? { ...rest, mode } : { ...rest, mode, modeInstead: { file, by } };
}
