import type { PlanStep } from "../domain/answers.ts";
import type { Roadmap, Stage } from "../domain/roadmap.ts";
import { cycleOf } from "./roadmap-needs.ts";
import type { RoadmapLimits } from "./roadmap-state.ts";

/** A roadmap as a planner writes it: its ids are its own. */
export interface WrittenRoadmap extends Omit<Roadmap, "stages"> {
  readonly stages: readonly (Omit<Stage, "steps"> & { readonly steps: readonly Omit<PlanStep, "id">[] })[];
}

/** A planner's roadmap with ids of ours, ST1 and S1 first; a sentence: why it cannot be worked by. */
export function firstRoadmap(
  written: WrittenRoadmap,
  limits: Pick<RoadmapLimits, "stages" | "checks">,
): Roadmap | string {
  const { stages } = written;
  if (stages.length === 0) return "A roadmap has at least one stage.";
  if (stages.length > limits.stages) return `A roadmap has at most ${limits.stages} stages; join small ones.`;
  const ids = new Map(stages.map(({ id }, index) => [id, `ST${index + 1}`]));
  if (ids.size < stages.length) return "Two stages have the same id.";
  for (const { id, title, needs, checks, steps } of stages) {
    if (title.trim() === "") return `The stage ${id} has no title.`;
    if (steps.length === 0) return `The stage ${id} has no step.`;
    const need = needs.find((other) => !ids.has(other));
    if (need !== undefined) return `The stage ${id} needs ${need}, which is no stage.`;
    const check = checks.find((name) => !limits.checks.includes(name));
    if (check !== undefined) return `There is no check ${check}: ${limits.checks.join(", ") || "there are none"}.`;
  }
  const cycle = cycleOf(stages);
  if (cycle !== null) return `The needs of the stages go in a circle: ${cycle.join(" > ")}.`;
  let step = 0;
  return {
    ...written,
    stages: stages.map((stage, index) => ({
      ...stage,
      id: `ST${index + 1}`,
      needs: stage.needs.map((need) => ids.get(need) ?? need),
      steps: stage.steps.map(({ title, details, files }) => ({ id: `S${(step += 1)}`, title, details, files })),
    })),
  };
}
