import type { PlanStep } from "../domain/answers.ts";
import type { StepId } from "../domain/ids.ts";
import type { RoadmapChange, StageDraft, StageId } from "../domain/roadmap.ts";
import { cycleOf } from "./roadmap-needs.ts";
import { withStage, type PlacedStage, type RoadmapLimits, type RoadmapState } from "./roadmap-state.ts";

/** The state after one change; a sentence: why it may not be. */
export function applyChange(
  state: RoadmapState,
  change: RoadmapChange,
  limits: RoadmapLimits,
  free: boolean,
): RoadmapState | string {
  switch (change.op) {
    case "merge":
      return merge(state, change, limits);
    case "split":
      return split(state, change, limits);
    case "reorder":
      return reorder(state, change.order);
    case "skip":
      return skip(state, change, limits, free);
    case "reopen":
      return reopen(state, change, limits, free);
    case "add":
      return add(state, change, limits);
  }
}

type Of<Op extends RoadmapChange["op"]> = Extract<RoadmapChange, { op: Op }>;

function merge(state: RoadmapState, { stages, into }: Of<"merge">, limits: RoadmapLimits): RoadmapState | string {
  if (new Set(stages).size < 2) return "A merge names two different stages or more.";
  const old = pendingOf(state, stages, "merged");
  return typeof old === "string" ? old : replace(state, old, [into], limits);
}

function split(state: RoadmapState, { stage, into }: Of<"split">, limits: RoadmapLimits): RoadmapState | string {
  if (into.length < 2) return `${stage} is split into two parts or more.`;
  const old = pendingOf(state, [stage], "split");
  return typeof old === "string" ? old : replace(state, old, into, limits);
}

function reorder(state: RoadmapState, order: readonly StageId[]): RoadmapState | string {
  const named = pendingOf(state, order, "moved");
  if (typeof named === "string") return named;
  if (new Set(order).size < order.length) return "The order names a stage twice.";
  const missing = state.stages.filter((stage) => stage.state === "PENDING" && !order.includes(stage.id));
  if (missing.length > 0) return `The order lacks ${namesOf(missing)}: it names all stages that have not begun.`;
  const rest = [...named];
  return {
    ...state,
    stages: state.stages.map((stage) => (stage.state === "PENDING" ? (rest.shift() ?? stage) : stage)),
  };
}

function skip(
  state: RoadmapState,
  { stage: id, metBy }: Of<"skip">,
  limits: RoadmapLimits,
  free: boolean,
): RoadmapState | string {
  const found = pendingOf(state, [id], "skipped");
  if (typeof found === "string") return found;
  if (metBy === null && !free && limits.risk === "high") {
    return `${id} may not be skipped in a task of high risk unless met_by names the stage that does what it is for.`;
  }
  if (metBy !== null) {
    const place = state.stages.findIndex((stage) => stage.id === metBy);
    const by = state.stages[place];
    if (by === undefined) return unknown(state, metBy);
    const before = place < state.stages.findIndex((stage) => stage.id === id);
    if (by.state === "SKIPPED" || metBy === id || (by.state !== "DONE" && !before)) {
      return `${metBy} cannot meet what ${id} is for: it is neither done nor before it.`;
    }
  }
  if (!state.stages.some((stage) => stage.id !== id && stage.state !== "SKIPPED")) {
    return `${id} is the last stage that is left: without it nothing would be done.`;
  }
  return withStage(state, id, (stage) => ({ ...stage, state: "SKIPPED" }));
}

function reopen(
  state: RoadmapState,
  { stage: id, finding, steps }: Of<"reopen">,
  limits: RoadmapLimits,
  free: boolean,
): RoadmapState | string {
  const stage = state.stages.find((candidate) => candidate.id === id);
  if (stage === undefined) return unknown(state, id);
  if (stage.state !== "DONE") return `${id} is not done, so it cannot be opened again (it is ${stage.state}).`;
  if (finding.trim() === "") return `Say what ${id} is opened again for.`;
  if (!free && stage.opening > limits.reopen) {
    return `${id} was opened again ${limits.reopen === 1 ? "once" : `${limits.reopen} times`} already, which is the most there is. Add a stage instead.`;
  }
  const settle = { title: titleOf(finding), details: finding, files: stage.files };
  const fresh = numbered(state.lastStep, steps.length === 0 ? [settle] : steps);
  const opened: PlacedStage = {
    ...stage,
    state: "ACTIVE",
    opening: stage.opening + 1,
    steps: [...stage.steps, ...fresh],
    todo: fresh.map((step) => step.id),
  };
  return { ...withStage(state, id, () => opened), lastStep: state.lastStep + fresh.length };
}

function add(state: RoadmapState, { stage: draft, after }: Of<"add">, limits: RoadmapLimits): RoadmapState | string {
  const place =
    after === null
      ? state.stages.findIndex((stage) => stage.state === "PENDING")
      : state.stages.findIndex((stage) => stage.id === after) + 1;
  if (after !== null && place === 0) return unknown(state, after);
  const made = makeStages(state, [], [draft], limits);
  if (typeof made === "string") return made;
  return sound({
    ...state,
    stages: state.stages.toSpliced(place === -1 ? state.stages.length : place, 0, ...made.stages),
    lastStage: made.lastStage,
    lastStep: made.lastStep,
  });
}

/** New stages in the place of those that have not begun; who needed one of these needs all that it became. */
function replace(
  state: RoadmapState,
  old: readonly PlacedStage[],
  drafts: readonly StageDraft[],
  limits: RoadmapLimits,
): RoadmapState | string {
  const made = makeStages(state, old, drafts, limits);
  if (typeof made === "string") return made;
  const gone = new Set(old.map(({ id }) => id));
  const ids = made.stages.map(({ id }) => id);
  const place = state.stages.findIndex(({ id }) => gone.has(id));
  const needed = (stage: PlacedStage): PlacedStage => ({
    ...stage,
    needs: unique(stage.needs.flatMap((need) => (gone.has(need) ? ids : [need]))),
  });
  const stages = state.stages.flatMap((stage, index) =>
    index === place ? made.stages : gone.has(stage.id) ? [] : [needed(stage)],
  );
  return sound({ ...state, stages, lastStage: made.lastStage, lastStep: made.lastStep });
}

interface Made {
  readonly stages: readonly PlacedStage[];
  readonly lastStage: number;
  readonly lastStep: number;
}

/**
 * The stages of drafts that stand for `old` (empty: they are new). Each step of the old ones is kept by one draft or replaced by
 * a step of one; where there is one draft only it keeps what is not named. Their needs, checks and sentences of `doneWhen` go
 * on: each in the drafts that name it, or in the last.
 */
function makeStages(
  state: RoadmapState,
  old: readonly PlacedStage[],
  drafts: readonly StageDraft[],
  limits: RoadmapLimits,
): Made | string {
  const wrong = drafts.map((draft) => wrongIn(state, old, draft, limits)).find((why) => why !== null);
  if (wrong !== undefined) return wrong;
  const steps = new Map(old.flatMap((stage) => stage.steps).map((step) => [step.id, step]));
  const kept = keptBy(steps, drafts);
  if (typeof kept === "string") return kept;
  const inherited = (key: "checks" | "doneWhen", index: number): readonly string[] => {
    const named = new Set(drafts.flatMap((draft) => draft[key]));
    const rest = old.flatMap((stage) => stage[key]).filter((value) => !named.has(value));
    return unique([...(drafts[index]?.[key] ?? []), ...(index === drafts.length - 1 ? rest : [])]);
  };
  let { lastStage, lastStep } = state;
  const stages: PlacedStage[] = [];
  for (const [index, draft] of drafts.entries()) {
    const fresh = numbered(lastStep, draft.steps);
    const all = [...(kept[index] ?? []), ...fresh];
    if (all.length === 0) return `The stage "${draft.title}" has no step.`;
    lastStage += 1;
    lastStep += fresh.length;
    const own = new Set(old.map(({ id }) => id));
    stages.push({
      id: `ST${lastStage}`,
      title: draft.title,
      goal: draft.goal,
      files: draft.files.length === 0 ? unique(old.flatMap(({ files }) => files)) : draft.files,
      needs: unique([...old.flatMap(({ needs }) => needs), ...draft.needs].filter((need) => !own.has(need))),
      checks: inherited("checks", index),
      doneWhen: inherited("doneWhen", index),
      steps: all,
      state: "PENDING",
      opening: 0,
      todo: all.map(({ id }) => id),
    });
  }
  return { stages, lastStage, lastStep };
}

/** What each draft keeps of the steps; a sentence: a step would be lost, or done twice. */
function keptBy(
  steps: ReadonlyMap<StepId, PlanStep>,
  drafts: readonly StageDraft[],
): readonly (readonly PlanStep[])[] | string {
  const named = drafts.flatMap((draft) => [...draft.keeps, ...draft.steps.flatMap(({ replaces }) => replaces)]);
  const strange = named.find((id) => !steps.has(id));
  if (strange !== undefined) {
    return steps.size === 0
      ? `A stage that is added keeps and replaces no step of another (${strange}).`
      : `${strange} is no step of what is replaced: those are ${[...steps.keys()].join(", ")}.`;
  }
  const keeps = drafts.flatMap((draft) => draft.keeps);
  const twice = keeps.find((id, index) => keeps.indexOf(id) !== index);
  if (twice !== undefined) return `${twice} is kept twice.`;
  const both = drafts
    .flatMap((draft) => draft.steps.flatMap(({ replaces }) => replaces))
    .find((id) => keeps.includes(id));
  if (both !== undefined) return `${both} is kept and replaced.`;
  const rest = [...steps.keys()].filter((id) => !named.includes(id));
  const [only, ...others] = drafts;
  if (only !== undefined && others.length === 0) {
    return [[...steps.values()].filter(({ id }) => rest.includes(id) || only.keeps.includes(id))];
  }
  if (rest.length > 0) {
    return `${rest.join(", ")} would be lost: name each in "keeps" of one part, or in "replaces" of the step that does its work.`;
  }
  return drafts.map((draft) => draft.keeps.flatMap((id) => steps.get(id) ?? []));
}

function wrongIn(
  state: RoadmapState,
  old: readonly PlacedStage[],
  draft: StageDraft,
  limits: RoadmapLimits,
): string | null {
  if (draft.title.trim() === "") return "A stage has no title.";
  const known = new Set(state.stages.map(({ id }) => id));
  const need = draft.needs.find((id) => !known.has(id));
  if (need !== undefined) return unknown(state, need);
  const given = new Set([...limits.checks, ...old.flatMap(({ checks }) => checks)]);
  const check = draft.checks.find((name) => !given.has(name));
  if (check !== undefined) return `There is no check ${check}: ${limits.checks.join(", ") || "there are none"}.`;
  return null;
}

/** Those stages, if none of them has begun. */
function pendingOf(
  state: RoadmapState,
  ids: readonly StageId[],
  done: "merged" | "split" | "moved" | "skipped",
): readonly PlacedStage[] | string {
  const found: PlacedStage[] = [];
  for (const id of ids) {
    const stage = state.stages.find((candidate) => candidate.id === id);
    if (stage === undefined) return unknown(state, id);
    if (stage.state === "SKIPPED")
      return done === "skipped" ? `${id} is skipped already.` : `${id} is skipped, so it cannot be ${done}.`;
    if (stage.state !== "PENDING") return `${id} has begun, so it cannot be ${done}.`;
    found.push(stage);
  }
  return found;
}

/** The state, unless its needs go in a circle. */
function sound(state: RoadmapState): RoadmapState | string {
  const cycle = cycleOf(state.stages);
  return cycle === null ? state : `The needs of the stages go in a circle: ${cycle.join(" > ")}.`;
}

const numbered = (last: number, steps: readonly Omit<PlanStep, "id">[]): readonly PlanStep[] =>
  steps.map(({ title, details, files }, index) => ({ id: `S${last + index + 1}`, title, details, files }));

const unknown = (state: RoadmapState, id: StageId): string =>
  `There is no stage ${id}: there are ${namesOf(state.stages)}.`;

const namesOf = (stages: readonly PlacedStage[]): string => stages.map(({ id }) => id).join(", ");

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

/** The first sentence or line of a finding, as a title. */
function titleOf(finding: string): string {
  const first = finding.trim().split(/\n|(?<=[.!?])\s/u)[0] ?? "";
  return first.length <= 80 ? first : `${first.slice(0, 79)}…`;
}
