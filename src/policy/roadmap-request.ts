import type { StageId, TaskRoadmap } from "../domain/roadmap.ts";
import type { PlacedStage, RoadmapState } from "./roadmap-state.ts";
import { applyChanges } from "./roadmap.ts";

/** What a person may ask of the roadmap of a task under way. */
export type StageRequest =
  | { readonly op: "skip"; readonly stage: StageId }
  | { readonly op: "reopen"; readonly stage: StageId; readonly because: string };

/** Why a person's request cannot be done on a roadmap as it stands, in a sentence; null: it can. */
export function whyNot(roadmap: TaskRoadmap, request: StageRequest): string | null {
  const state = stateOf(roadmap);
  const change =
    request.op === "skip"
      ? ({ op: "skip", stage: request.stage, metBy: null } as const)
      : ({ op: "reopen", stage: request.stage, finding: request.because, steps: [] } as const);
  const limits = { stages: state.stages.length, changes: 0, reopen: 0, risk: "high", checks: [] } as const;
  const changed = applyChanges(state, [change], limits, "person");
  if (changed.kind === "refused" || changed.kind === "person") return changed.why;
  if (!state.stages.some(({ state: now }) => now === "PENDING" || now === "ACTIVE"))
    return "All its stages are worked on already, so nothing would take that up. Request changes, or rewind it.";
  return null;
}

/** As far as a person's change is judged by it. */
function stateOf({ roadmap, stages: rows }: TaskRoadmap): RoadmapState {
  const stages = roadmap.stages.map((stage): PlacedStage => {
    const row = rows.find(({ id }) => id === stage.id);
    return { ...stage, state: row?.state ?? "PENDING", opening: row?.opening ?? 0, todo: [] };
  });
  const { facts, unknown, guesses } = roadmap;
  return { facts, unknown, guesses, stages, lastStage: 0, lastStep: 0, revisions: 0, firstSteps: 0, seen: [] };
}
