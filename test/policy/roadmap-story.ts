import type { RoadmapChange, StageDraft, StageId } from "../../src/domain/roadmap.ts";
import { begin, firstState, nextStage, stepsTodo } from "../../src/policy/roadmap-state.ts";
import { finish, type RoadmapLimits, type RoadmapState } from "../../src/policy/roadmap-state.ts";
import { applyChanges } from "../../src/policy/roadmap.ts";
import { Chance } from "../simulation/chance.ts";

export const limits: RoadmapLimits = { stages: 12, changes: 8, reopen: 2, risk: "medium", checks: ["unit", "lint"] };

/** A roadmap of stages with so many steps each. */
export function sampleState(
  steps: readonly number[],
  needs: Readonly<Record<StageId, readonly StageId[]>> = {},
): RoadmapState {
  let step = 0;
  const stages = steps.map((count, index) => {
    const id = `ST${index + 1}`;
    return {
      ...draft(`Stage ${index + 1}`),
      id,
      needs: needs[id] ?? [],
      checks: index % 2 === 0 ? ["unit"] : ["lint"],
      doneWhen: [`${id} is seen to work`],
      steps: Array.from({ length: count }, (_, at) => ({
        ...newStep(`Step ${index + 1}.${at + 1}`),
        id: `S${(step += 1)}`,
      })),
    };
  });
  return firstState({ facts: [], unknown: [], guesses: [], stages });
}

export const draft = (title: string, more: Partial<StageDraft> = {}): StageDraft => ({
  title,
  goal: "",
  files: [],
  needs: [],
  checks: [],
  doneWhen: [],
  keeps: [],
  steps: [],
  ...more,
});

export const newStep = (title: string, replaces: readonly string[] = []): StageDraft["steps"][number] => ({
  title,
  details: "",
  files: [],
  replaces,
});

export interface Played {
  /** What it broke of what must always hold. */
  readonly wrong: readonly string[];
  readonly revisions: number;
  readonly refused: number;
  readonly asked: number;
}

/** A task whose supervisor answers with anything at all, legal or not, before and in the middle of each stage. */
export function playRandomTask(seed: number): Played {
  const chance = new Chance(`roadmap ${seed}`);
  const counts = Array.from({ length: chance.between(1, 7) }, () => chance.between(1, 4));
  const before = (index: number): string[] => counts.slice(0, index).map((_, at) => `ST${at + 1}`);
  const needs = counts.map((_, index) => [`ST${index + 1}`, before(index).filter(() => chance.is(0.2))] as const);
  const held = { ...limits, risk: chance.pick(["low", "high"] as const) };
  const told = { refused: 0, asked: 0 };
  const watch = new Watch(sampleState(counts, Object.fromEntries(needs)));
  const supervise = (): void => {
    const count = chance.weighted([
      [2, 0],
      [6, 1],
      [2, 2],
      [1, 3],
    ] as const);
    const changes = Array.from({ length: count }, () => randomChange(chance, watch.state));
    const changed = applyChanges(watch.state, changes, held, "model");
    if (changed.kind === "changed") watch.changed(changes, changed.state);
    if (changed.kind === "refused") told.refused += 1;
    if (changed.kind === "person") told.asked += 1;
  };
  for (let round = 0; round < 1_000; round += 1) {
    supervise();
    const stage = nextStage(watch.state);
    if (stage === null) return { wrong: [...watch.wrong, ...watch.lost()], revisions: watch.state.revisions, ...told };
    watch.state = begin(watch.state, stage.id);
    if (chance.is(0.3)) supervise();
    const active = nextStage(watch.state);
    if (active?.state !== "ACTIVE") return { wrong: ["an open stage is left"], revisions: 0, ...told };
    watch.did(
      `${active.id}.${active.opening}`,
      stepsTodo(active).map(({ id }) => id),
    );
    watch.state = finish(watch.state, active.id);
  }
  return { wrong: ["it does not end"], revisions: watch.state.revisions, ...told };
}

/** What must hold of a roadmap however it is changed, told by what is in it alone. */
class Watch {
  readonly wrong: string[] = [];
  readonly #given = new Set<string>();
  readonly #replaced = new Set<string>();
  readonly #done = new Set<string>();
  #highest = 0;
  state: RoadmapState;

  constructor(state: RoadmapState) {
    this.state = state;
    this.#learn(state);
  }

  changed(changes: readonly RoadmapChange[], after: RoadmapState): void {
    const ids = after.stages.map(({ id }) => id);
    const steps = stepsOf(after);
    for (const id of replacedBy(changes)) this.#replaced.add(id);
    this.#hold(new Set(ids).size === ids.length && new Set(steps).size === steps.length, "an id is there twice");
    this.#hold(
      after.stages.flatMap(({ needs }) => needs).every((id) => ids.includes(id)),
      "a need is nowhere",
    );
    this.#hold(after.revisions === this.state.revisions + 1 && after.revisions <= limits.changes, "it need not end");
    this.#hold(after.stages.filter(({ state }) => state !== "SKIPPED").length <= limits.stages, "too many stages");
    this.#hold(
      after.stages.every(({ opening }) => opening <= limits.reopen + 1),
      "it was opened too often",
    );
    for (const stage of this.state.stages.filter(({ state }) => state !== "PENDING")) {
      const same = after.stages.find(({ id }) => id === stage.id);
      this.#hold(
        same !== undefined && (same.state === stage.state || stage.state === "DONE"),
        "what began was changed",
      );
    }
    this.#hold(
      stepsOf(this.state).every((id) => steps.includes(id) || this.#replaced.has(id)),
      "a step is lost",
    );
    this.#learn(after);
    this.state = after;
  }

  did(opening: string, steps: readonly string[]): void {
    for (const key of [opening, ...steps]) {
      this.#hold(!this.#done.has(key), `${key} was done twice`);
      this.#done.add(key);
    }
  }

  /** Of all steps that ever were those that are neither done, nor skipped with their stage, nor replaced by name. */
  lost(): readonly string[] {
    const skipped = stepsOf({ stages: this.state.stages.filter(({ state }) => state === "SKIPPED") });
    return [...this.#given]
      .filter((id) => !this.#done.has(id) && !skipped.includes(id) && !this.#replaced.has(id))
      .map((id) => `${id} is lost`);
  }

  #learn(state: RoadmapState): void {
    const fresh = stepsOf(state).filter((id) => !this.#given.has(id));
    this.#hold(
      fresh.every((id) => Number(id.slice(1)) > this.#highest),
      "an id was given again",
    );
    for (const id of fresh) this.#given.add(id);
    this.#highest = Math.max(this.#highest, ...fresh.map((id) => Number(id.slice(1))));
  }

  #hold(right: boolean, otherwise: string): void {
    if (!right) this.wrong.push(otherwise);
  }
}

const stepsOf = ({ stages }: Pick<RoadmapState, "stages">): readonly string[] =>
  stages.flatMap(({ steps }) => steps.map(({ id }) => id));

const replacedBy = (changes: readonly RoadmapChange[]): readonly string[] =>
  changes
    .flatMap((change) => (change.op === "merge" ? [change.into] : change.op === "split" ? change.into : []))
    .flatMap(({ steps }) => steps.flatMap(({ replaces }) => replaces));

function randomChange(chance: Chance, state: RoadmapState): RoadmapChange {
  const ids = [...state.stages.map(({ id }) => id), "ST99", "__proto__", "ST1"];
  const pending = state.stages.filter((stage) => stage.state === "PENDING").map(({ id }) => id);
  const done = state.stages.filter((stage) => stage.state === "DONE").map(({ id }) => id);
  const any = (likely: readonly string[]): string => chance.pick(chance.is(0.85) && likely.length > 0 ? likely : ids);
  const fresh = (most: number, replaces: readonly string[] = []): StageDraft["steps"] =>
    Array.from({ length: chance.between(0, most) }, () =>
      newStep(`New ${chance.between(1, 9)}`, chance.is(0.3) && replaces.length > 0 ? [chance.pick(replaces)] : []),
    );
  const made = (steps: readonly string[], all: readonly string[]): StageDraft =>
    draft(`Made ${chance.between(1, 9)}`, {
      needs: chance.is(0.3) ? [any(pending)] : [],
      checks: chance.is(0.1) ? ["unit", "nothing"] : ["unit"],
      keeps: steps,
      steps: fresh(2, chance.is(0.2) ? all : []),
    });
  const of = (stage: string): readonly string[] =>
    state.stages.find(({ id }) => id === stage)?.steps.map(({ id }) => id) ?? [];
  switch (chance.pick(["merge", "split", "reorder", "skip", "reopen", "add"] as const)) {
    case "merge": {
      const stages = [any(pending), any(pending)];
      return {
        op: "merge",
        stages,
        into: made(
          [],
          stages.flatMap((stage) => of(stage)),
        ),
      };
    }
    case "split": {
      const stage = any(pending);
      const steps = of(stage);
      const at = chance.between(0, steps.length);
      const parts = [steps.slice(0, at), chance.is(0.8) ? steps.slice(at) : []];
      return { op: "split", stage, into: parts.map((part) => made(part, steps)) };
    }
    case "reorder": {
      const order = [...pending].toSorted(() => chance.between(-1, 1));
      return { op: "reorder", order: chance.is(0.9) ? order : order.slice(1) };
    }
    case "skip":
      return { op: "skip", stage: any(pending), metBy: chance.is(0.6) ? any(done) : null };
    case "reopen":
      return { op: "reopen", stage: any(done), finding: "It is not right yet", steps: fresh(2) };
    case "add":
      return { op: "add", stage: made([], []), after: chance.is(0.7) ? any(ids) : null };
  }
}
