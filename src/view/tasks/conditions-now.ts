import {
  conditionsOf,
  engineOf,
  startWorld,
  type Condition,
  type ConditionFacts,
  type ConditionTask,
  type Kept,
} from "../../domain/conditions.ts";
import { withPartNeeds } from "../../domain/parts.ts";
import type { StartLimits, StartObstacle } from "../../domain/start-obstacle.ts";
import { isTerminal } from "../../domain/task.ts";
import { waitNow, type TaskEntry } from "./task-entry.ts";

/** What stands in the way of the run, worked out from what is shown of its tasks. */
export interface ConditionsNow {
  /** Something works on a task: only then does the run run. */
  readonly working: boolean;
  /** The weightiest first. */
  readonly conditions: () => readonly Condition[];
  /** What keeps a task from being started beside its needs, which are told by name elsewhere; null: nothing, or it has begun. */
  readonly obstacle: (entry: TaskEntry) => StartObstacle | null;
}

/** What else than tasks decides; `limits` absent: none are known. */
export type RunFacts = Pick<ConditionFacts, "run" | "engine" | "questions"> & {
  readonly limits?: StartLimits | undefined;
};

const noLimits: StartLimits = { schedule: "ready", perArea: null, awaitingHuman: Number.POSITIVE_INFINITY };

function keptOf(entry: TaskEntry, now: number): Kept | null {
  if (entry.active) return null;
  const { hold } = entry;
  if (entry.derived === "held" && hold !== null && (hold.untilMs === null || hold.untilMs > now))
    return { kind: "hold", untilMs: hold.untilMs, reason: hold.reason };
  return waitNow(entry, now);
}

const isOpen = ({ row }: TaskEntry): boolean => !isTerminal(row.state) && row.state !== "AWAITING_HUMAN";

/** A model, a check or git is at it, as far as an engine is there. */
const works = (entry: TaskEntry, now: number): boolean =>
  entry.row.generation > 0 &&
  isOpen(entry) &&
  (entry.active || (entry.derived === null && keptOf(entry, now) === null));

const conditionTask = (entry: TaskEntry, now: number, needs = entry.row.spec.needs): ConditionTask => ({
  id: entry.row.id,
  state: entry.row.state,
  begun: entry.row.generation > 0,
  needs,
  area: entry.row.spec.area,
  parent: entry.row.spec.parent,
  reverted: entry.reverted,
  works: works(entry, now),
  kept: keptOf(entry, now),
});

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};

function workOut(entries: readonly TaskEntry[], facts: RunFacts, now: number): ConditionsNow {
  const limits = facts.limits ?? noLimits;
  const tasks = lazily(() => {
    const needs = withPartNeeds(entries.map(({ row }) => row));
    return entries.map((entry, place) => conditionTask(entry, now, needs[place]?.needs));
  });
  const world = lazily(() => startWorld(tasks(), limits));
  return {
    working: engineOf(facts) === "alive" && entries.some((entry) => works(entry, now)),
    conditions: lazily(() => conditionsOf({ ...facts, tasks: tasks(), limits })),
    obstacle(entry) {
      if (entry.row.state !== "NEW" || entry.row.generation > 0 || keptOf(entry, now) !== null) return null;
      const obstacle = world()(conditionTask(entry, now));
      return obstacle?.kind === "needs" ? null : obstacle;
    },
  };
}

/** The earliest instant at which the clock alone may make another answer true. */
function nextChange(entries: readonly TaskEntry[], now: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { hold, wait } of entries)
    for (const at of [hold?.untilMs ?? 0, wait?.untilMs ?? 0]) if (at > now && at < least) least = at;
  return least;
}

let last: {
  readonly entries: readonly TaskEntry[];
  readonly facts: RunFacts;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly said: ConditionsNow;
} | null = null;

/** Asked in every frame: worked out only when a task, the run, a question or the clock makes a difference, and no more of it than is asked for. */
export function conditionsNow(entries: readonly TaskEntry[], facts: RunFacts, now: number): ConditionsNow {
  const { run, engine, questions, limits } = facts;
  const isSame =
    last !== null &&
    last.entries === entries &&
    last.facts.run === run &&
    last.facts.engine === engine &&
    last.facts.questions === questions &&
    last.facts.limits === limits;
  if (last !== null && isSame && now >= last.fromMs && now < last.untilMs) return last.said;
  const said = workOut(entries, facts, now);
  last = { entries, facts, fromMs: now, untilMs: nextChange(entries, now), said };
  return said;
}
