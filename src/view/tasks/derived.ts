import type { RecordedEvent } from "../../domain/events.ts";
import type { ModelName, TaskId } from "../../domain/ids.ts";
import type { Answer, Hold } from "../../domain/question.ts";
import type { BreakerRow, RunRow, TaskRow } from "../../domain/rows.ts";
import { isTerminal, type Derived, type TaskState } from "../../domain/task.ts";
import { partsByTask } from "../../domain/parts.ts";
import { counted } from "../text/amounts.ts";
import type { TaskWait } from "./task-wait.ts";

/** What one task's derived state depends on beside its own row. */
export interface TaskWorld {
  readonly states: ReadonlyMap<TaskId, TaskState>;
  readonly holds: readonly Hold[];
  readonly paused: boolean;
  /** Tasks with an attempt running now: they are not held, whatever their last model's account is. */
  readonly active: ReadonlySet<TaskId>;
  readonly accounts: Readonly<Record<ModelName, { readonly account: string; readonly provider: string }>>;
  /** Models whose breaker is not closed; absent: none. */
  readonly breakers?: ReadonlySet<ModelName>;
  /** What tasks wait for by themselves, or for another's answer. */
  readonly waits: ReadonlyMap<TaskId, TaskWait>;
  /** Done tasks whose merge was undone: whoever needs them waits again. */
  readonly reverted: ReadonlySet<TaskId>;
  /** Those that are split, with their parts; absent: none is. */
  readonly parts?: ReadonlyMap<TaskId, readonly TaskRow[]>;
  /** Whose the plans are of tasks that are no more than planned; absent: not known. */
  readonly planners?: ReadonlyMap<TaskId, ModelName>;
  /** Decisions that no engine is there to take; absent: none. */
  readonly answers?: ReadonlyMap<TaskId, Answer>;
}

/** Models that are not asked as usual, because they failed. */
export const openBreakers = (rows: readonly BreakerRow[]): ReadonlySet<ModelName> =>
  new Set(rows.flatMap(({ model, state }) => (state === "closed" ? [] : [model])));

/** `rows` are all tasks of the repository, so that needs of other runs are known. */
export function taskWorld(
  rows: readonly TaskRow[],
  run: Pick<RunRow, "paused"> | null,
  facts: Omit<TaskWorld, "states" | "paused" | "parts">,
): TaskWorld {
  const parts = partsByTask(rows);
  return {
    ...(parts.size === 0 ? {} : { parts }),
    states: new Map(rows.map((row) => [row.id, row.state])),
    holds: facts.holds,
    paused: run?.paused === true,
    active: facts.active,
    accounts: facts.accounts,
    ...(facts.breakers === undefined ? {} : { breakers: facts.breakers }),
    waits: facts.waits,
    reverted: facts.reverted,
    ...(facts.planners === undefined ? {} : { planners: facts.planners }),
    ...(facts.answers === undefined ? {} : { answers: facts.answers }),
  };
}

/** Needs that are not done yet; of a finished task none. */
export const blockedBy = (row: TaskRow, world: TaskWorld): readonly TaskId[] =>
  row.spec.needs.length === 0 || isTerminal(row.state)
    ? []
    : row.spec.needs.filter((need) => world.states.get(need) !== "DONE" || world.reverted.has(need));

/** What a task that has begun waits for by itself; null: nothing, or a hold or pause of others says more. */
export function waitingFor(row: TaskRow, world: TaskWorld): TaskWait | null {
  const derived = derivedOf(row, world);
  const saysMore = derived !== null && (derived !== "held" || holdOf(row, world) !== null);
  return saysMore ? null : ownWait(row, world);
}

/** Over, whether or not an engine has seen it, as soon as one of the models it is about may be asked again. */
function ownWait(row: TaskRow, world: TaskWorld): TaskWait | null {
  if (isTerminal(row.state) || row.state === "AWAITING_HUMAN" || world.active.has(row.id)) return null;
  const forParts = partsWait(world.parts?.get(row.id) ?? [], world);
  if (forParts !== null) return forParts;
  const wait = world.waits.get(row.id) ?? null;
  const rests = (model: ModelName): boolean => world.breakers?.has(model) === true || holdsOn(model, world).length > 0;
  return wait?.models === undefined || wait.models.every(rests) ? wait : null;
}

/** What a task that is split waits for; null: none of its parts goes on. Those that failed or are undone it goes on without. */
function partsWait(parts: readonly TaskRow[], world: TaskWorld): TaskWait | null {
  const open = parts.filter(({ state }) => !isTerminal(state)).length;
  if (open === 0) return null;
  const all = parts.filter((part) => part.state !== "FAILED" && !isReverted(part, world)).length;
  return { kind: "parts", untilMs: null, reason: `waits for ${open} of ${counted(all, "part")}` };
}

/** Tasks whose merge is undone by the last event that tells of it. */
export function undoneIn(events: readonly RecordedEvent[]): ReadonlySet<TaskId> {
  const undone = new Set<TaskId>();
  for (const { type, task } of events) {
    if (task === undefined) continue;
    if (type === "merge.reverted") undone.add(task);
    else if (type === "merge.done" || type === "parts.joined") undone.delete(task);
  }
  return undone;
}

/** Done, and its merge was undone. */
export const isReverted = (row: TaskRow, world: TaskWorld): boolean =>
  row.state === "DONE" && world.reverted.has(row.id);

/** The hold a task waits for; of several the one that ends last. */
export function holdOf(row: TaskRow, world: TaskWorld): Hold | null {
  if (world.holds.length === 0 || isTerminal(row.state) || row.state === "AWAITING_HUMAN" || world.active.has(row.id))
    return null;
  const endOf = (hold: Hold): number => hold.untilMs ?? Number.POSITIVE_INFINITY;
  return holdsOn(row.model, world, row.id).reduce<Hold | null>(
    (last, hold) => (last === null || endOf(hold) > endOf(last) ? hold : last),
    null,
  );
}

/** The holds that keep a model, or the task, from going on. */
function holdsOn(
  model: ModelName | null,
  { holds, accounts }: Pick<TaskWorld, "holds" | "accounts">,
  task?: TaskId,
): readonly Hold[] {
  const owner = model === null ? undefined : accounts[model];
  const target: Record<Hold["scope"], string | null | undefined> = {
    task,
    model,
    account: owner?.account,
    provider: owner?.provider,
    // Whose checks wait for it is said by what they wait for.
    service: undefined,
  };
  return holds.filter((hold) => target[hold.scope] === hold.target);
}

/** Only before a task implements must its needs be done. */
const waitsForNeeds: ReadonlySet<TaskState> = new Set<TaskState>(["NEW", "PLAN_APPROVED"]);

export function derivedOf(row: TaskRow, world: TaskWorld): Derived | null {
  // What was finished before or after it was taken out of the backlog is finished.
  if (row.staleDigest !== null && !(row.staleDigest === "" && isTerminal(row.state))) return "stale";
  if (isTerminal(row.state) || row.state === "AWAITING_HUMAN") return null;
  if (world.paused && !world.active.has(row.id)) return "paused";
  if (holdOf(row, world) !== null || ownWait(row, world)?.kind === "hold") return "held";
  return waitsForNeeds.has(row.state) && blockedBy(row, world).length > 0 ? "blocked" : null;
}
