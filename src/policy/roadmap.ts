import type { RoadmapChange, StageId, StageState } from "../domain/roadmap.ts";
import { applyChange } from "./roadmap-changes.ts";
import { digestOf, openSteps, roadmapOf, type RoadmapLimits, type RoadmapState } from "./roadmap-state.ts";

export interface StageMove {
  readonly stage: StageId;
  readonly opening: number;
  readonly from: StageState;
  readonly to: StageState;
  readonly reason: string;
}

export type Changed =
  /** Nothing is different: no revision. */
  | { readonly kind: "same" }
  /** The new state, and what it moves at once: skipped stages, and those that are open again. */
  | { readonly kind: "changed"; readonly state: RoadmapState; readonly moves: readonly StageMove[] }
  /** It may not be; `why` is for whoever proposed it, who may propose something else. */
  | { readonly kind: "refused"; readonly why: string }
  /** Only a person may let it through; `why` is for that person. */
  | { readonly kind: "person"; readonly why: string };

/** Open steps may be that many times those of the first roadmap. */
const growth = 1.5;

/**
 * What becomes of a roadmap by the changes of one answer: all of them, one after the other, or none.
 *
 * Pure and total. It ends: of (revisions left, openings left, open steps) a model's change takes from the first, and what a
 * person changes a person has typed. No work is lost by it: each step of a stage that is not skipped is in a stage afterwards,
 * or a step that is says that it replaces it (`roadmap-changes.ts`). A person is held to what keeps a roadmap sound (known
 * stages, none that began, needs without a cycle), not to the limits.
 */
export function applyChanges(
  state: RoadmapState,
  changes: readonly RoadmapChange[],
  limits: RoadmapLimits,
  by: "model" | "rules" | "person",
): Changed {
  if (changes.length === 0) return { kind: "same" };
  const free = by === "person";
  if (!free && state.revisions >= limits.changes) {
    return refused(`The roadmap was changed ${times(state.revisions)} already, which is the most there is.`);
  }
  let next = state;
  for (const change of changes) {
    const changed = applyChange(next, change, limits, free);
    if (typeof changed === "string") return refused(changed);
    next = changed;
  }
  if (
    JSON.stringify(roadmapOf(next)) === JSON.stringify(roadmapOf(state)) &&
    movesOf(state, next, changes).length === 0
  ) {
    return { kind: "same" };
  }
  const grown = free ? null : tooFar(next, limits);
  if (grown !== null) return grown;
  return {
    kind: "changed",
    state: { ...next, revisions: state.revisions + (free ? 0 : 1), seen: [...state.seen, digestOf(next)] },
    moves: movesOf(state, next, changes),
  };
}

function tooFar(next: RoadmapState, limits: RoadmapLimits): Changed | null {
  const stages = next.stages.filter(({ state }) => state !== "SKIPPED").length;
  if (stages > limits.stages) return refused(`That makes ${stages} stages, and ${limits.stages} is the most there is.`);
  const steps = openSteps(next);
  if (steps > growth * next.firstSteps) {
    return {
      kind: "person",
      why: `${steps} steps would be open, and the whole task was thought to have ${next.firstSteps}`,
    };
  }
  if (next.seen.includes(digestOf(next))) {
    return { kind: "person", why: "the stages would be as they were before: it goes in a circle" };
  }
  return null;
}

/** Skipped and opened again, as the ledger has to hear it. */
function movesOf(before: RoadmapState, after: RoadmapState, changes: readonly RoadmapChange[]): readonly StageMove[] {
  return after.stages.flatMap((stage): StageMove[] => {
    const was = before.stages.find(({ id }) => id === stage.id);
    const from = was?.state ?? "PENDING";
    if (from === stage.state) return [];
    const reason = changes
      .flatMap((change) =>
        change.op === "reopen" && change.stage === stage.id
          ? [change.finding]
          : change.op === "skip" && change.stage === stage.id
            ? [change.metBy === null ? "not needed" : `${change.metBy} meets it`]
            : [],
      )
      .join("; ");
    return [{ stage: stage.id, opening: stage.opening, from, to: stage.state, reason }];
  });
}

const refused = (why: string): Changed => ({ kind: "refused", why });

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);
