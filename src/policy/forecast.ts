import type { Forecast } from "../domain/forecast.ts";
import type { TaskId } from "../domain/ids.ts";
import type { WorkTime } from "../domain/rows.ts";
import { isTerminal, type TaskSpec, type TaskState } from "../domain/task.ts";
import { partsByTask } from "../domain/parts.ts";
import { drawLeft, learn, possible, seeded, type Learnt, type LogNormal } from "./draws.ts";
import { pastLike } from "./estimate.ts";
import { ListSchedule, type ListLimits } from "./list-schedule.ts";
import { compareRank } from "./order.ts";

const draws = { most: 200, least: 40, ofTasks: 8_000 };

/** A task as a forecast needs it: all of a run, finished ones too. */
export interface ForecastTask {
  readonly id: TaskId;
  readonly spec: Pick<TaskSpec, "mode" | "risk" | "needs" | "area" | "priority" | "parent">;
  readonly state: TaskState;
}

/** What is known of work: what tasks that are done took, what those under way worked so far, and who starts before whom. */
export interface KnownWork {
  readonly done: readonly WorkTime[];
  readonly open: readonly WorkTime[];
  readonly ranks: ReadonlyMap<TaskId, { readonly critical: number; readonly wave: number }>;
}

/**
 * When the tasks will be done: what each may take, drawn from those that are done (a log-normal predictive), put through the
 * order in which they start. Null: nothing is to be done, or too little is known. Tasks in the order of the file.
 */
export function forecast(
  tasks: readonly ForecastTask[],
  { done: past, open: begun, ranks }: KnownWork,
  limits: ListLimits,
): Forecast | null {
  const likeIt = pastLike(past);
  const open = toDo(tasks, ranks);
  if (likeIt === null || open.length === 0) return null;
  const learnt = new Map<readonly WorkTime[], Learnt>();
  const kinds = open.map(({ spec }) => {
    const like = likeIt(spec);
    if (!learnt.has(like)) learnt.set(like, learn(like.map(({ workedMs }) => workedMs)));
    return like;
  });
  const workedMs = new Map(begun.map((one) => [one.task, one.workedMs]));
  const schedule = new ListSchedule(listed(open, ranks), limits);
  const draw = seeded(1);
  const count = Math.max(draws.least, Math.min(draws.most, Math.round(draws.ofTasks / open.length)));
  const lengths = Array.from({ length: count }, () => {
    const world = new Map<readonly WorkTime[], LogNormal>([...learnt].map(([like, of]) => [like, possible(of, draw)]));
    return schedule.lengthMs(
      open.map(({ id }, place) =>
        drawLeft(world.get(kinds[place] ?? past) ?? { mu: 0, sigma: 0 }, workedMs.get(id) ?? 0, draw),
      ),
    );
  }).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(lengths[Math.floor(share * (count - 1))] ?? 0);
  return { lowMs: at(0.1), highMs: at(0.9), from: past.length };
}

/** What is done without a person, in the order in which it starts: nothing that waits for one, has failed, or needs such a task. */
function toDo(tasks: readonly ForecastTask[], ranks: KnownWork["ranks"]): readonly ForecastTask[] {
  const stands = ({ state }: ForecastTask): boolean => state === "FAILED" || state === "AWAITING_HUMAN";
  const lost = new Set(tasks.filter(stands).map(({ id }) => id));
  for (let before = -1; before < lost.size;) {
    before = lost.size;
    for (const { id, spec, state } of tasks)
      if (!isTerminal(state) && spec.needs.some((need) => lost.has(need))) lost.add(id);
  }
  const isBegun = ({ state }: ForecastTask): boolean => state !== "NEW";
  const split = openParts(tasks);
  return tasks
    .map((task, position) => ({
      task,
      rank: { priority: task.spec.priority, critical: ranks.get(task.id)?.critical ?? 0, position },
    }))
    .filter(({ task }) => !isTerminal(task.state) && !lost.has(task.id) && !split.has(task.id))
    .toSorted((a, b) => Number(isBegun(b.task)) - Number(isBegun(a.task)) || compareRank(a.rank, b.rank))
    .map(({ task }) => task);
}

/** Tasks that wait for parts: what they take, and whoever needs them, goes by these. */
const openParts = (tasks: readonly ForecastTask[]): ReadonlyMap<TaskId, readonly ForecastTask[]> =>
  partsByTask(tasks.filter(({ state }) => !isTerminal(state)));

function listed(
  open: readonly ForecastTask[],
  ranks: KnownWork["ranks"],
): ConstructorParameters<typeof ListSchedule>[0] {
  const places = new Map(open.map(({ id }, place) => [id, place]));
  const split = openParts(open);
  return open.map(({ id, spec, state }) => {
    const begun = state !== "NEW";
    const needs = begun
      ? []
      : [...new Set(spec.needs.flatMap((need) => split.get(need)?.map((part) => part.id) ?? [need]))].flatMap(
          (need) => places.get(need) ?? [],
        );
    return { needs, area: spec.parent === undefined ? spec.area : null, wave: ranks.get(id)?.wave ?? 0, begun };
  });
}
