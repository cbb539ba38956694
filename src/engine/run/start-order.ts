import type { TaskId } from "../../domain/ids.ts";
import { withoutParts } from "../../domain/parts.ts";
import type { Settings } from "../../domain/settings.ts";
import { compareRank, mayStart, type StartRank } from "../../policy/order.ts";
import { isOpen, type IndexedTask, type TaskIndex } from "./task-index.ts";

/** Longest remaining chain and wave of each task, from the graph of the backlog. */
export type RankTasks = (
  tasks: readonly IndexedTask[],
) => ReadonlyMap<TaskId, { readonly critical: number; readonly wave: number }>;

export interface StartOrderParts {
  readonly index: TaskIndex;
  readonly limits: Settings["limits"];
  readonly rank: RankTasks;
  readonly inScope: (task: TaskId) => boolean;
  readonly running: ReadonlyMap<TaskId, unknown>;
}

/**
 * Which tasks may start, the first first. Those that are not begun may be thousands: they are kept in order, and looked through only
 * when something has changed that may let one of them start.
 */
export class StartOrder {
  readonly #parts: StartOrderParts;
  #ranks: ReturnType<RankTasks> = new Map();
  /** Not begun, in order; some may be begun by now. */
  #fresh: readonly IndexedTask[] = [];
  #edition = -1;
  #changes = 0;
  /** What stood when all were looked through and none was left that may start. */
  #looked = "";

  constructor(parts: StartOrderParts) {
    this.#parts = parts;
  }

  rankOf(task: IndexedTask): StartRank {
    return { priority: task.spec.priority, critical: this.#ranks.get(task.id)?.critical ?? 0, position: task.position };
  }

  /** What may let a task start without being in the log: one that runs no more, a lease that another engine holds. Also while a look is under way. */
  lookAgain(): void {
    this.#changes += 1;
  }

  #refresh(): void {
    const { index, rank } = this.#parts;
    if (this.#edition === index.edition) return;
    this.#edition = index.edition;
    this.#ranks = rank([...index.all()]);
    this.#fresh = [...index.inState("NEW")].toSorted((a, b) => compareRank(this.rankOf(a), this.rankOf(b)));
  }

  /** Unfinished work of an earlier engine first: it holds a tree that others build on. Whoever starts none of them stops. */
  *next(): Generator<IndexedTask> {
    const { index } = this.#parts;
    this.#refresh();
    const begun = [...index.underWay()].filter((task) => this.#isIdle(task));
    yield* begun.toSorted((a, b) => compareRank(this.rankOf(a), this.rankOf(b)));
    const now = [index.edition, index.settled, this.#changes].join(" ");
    if (this.#looked === now) return;
    this.#fresh = this.#fresh.filter(({ state }) => state === "NEW");
    const inArea = this.#areas();
    const awaitingHuman = index.inState("AWAITING_HUMAN").size;
    const openWave = this.#openWave();
    for (const task of this.#fresh) {
      if (task.state !== "NEW" || !this.#isIdle(task)) continue;
      const { area, needs, parent } = task.spec;
      const facts = {
        begun: false,
        needs: needs.map((id) => {
          const need = index.get(id);
          return need === undefined || need.reverted ? null : need.state;
        }),
        // A part has its parent's place in the area, which that has as long as it is not over.
        area: parent === undefined ? area : null,
        runningInArea: area === null ? 0 : (inArea?.get(area) ?? 0),
        awaitingHuman,
        // And its parent's turn: what is in an earlier wave may wait for that to be over.
        earlierWaveOpen: parent === undefined && openWave !== null && openWave < this.#waveOf(task),
      };
      if (!mayStart(facts, this.#parts.limits).ok) continue;
      yield task;
      if (area !== null && parent === undefined)
        inArea?.set(area, (inArea.get(area) ?? 0) + Number(!this.#isIdle(task)));
    }
    this.#looked = now;
  }

  #isIdle({ id }: IndexedTask): boolean {
    return !this.#parts.running.has(id) && this.#parts.inScope(id);
  }

  /** How many tasks have each area: those that run, and work that an engine before this one left unfinished. Null: nobody counts. */
  #areas(): Map<string, number> | null {
    const { index, limits, running } = this.#parts;
    if (limits.perArea === null) return null;
    const tasks = new Set([...index.underWay(), ...index.inState("AWAITING_HUMAN")]);
    for (const id of running.keys()) {
      const task = index.get(id);
      if (task !== undefined) tasks.add(task);
    }
    const counts = new Map<string, number>();
    for (const { spec } of withoutParts([...tasks]))
      if (spec.area !== null) counts.set(spec.area, (counts.get(spec.area) ?? 0) + 1);
    return counts;
  }

  /** The first wave with a task that can still get done; null: none, or waves do not count. What needs a failed task waits for nobody. */
  #openWave(): number | null {
    const { index, inScope, limits } = this.#parts;
    if (limits.schedule !== "waves") return null;
    const hopeless = new Map<TaskId, boolean>();
    const isHopeless = (task: IndexedTask): boolean => {
      const known = hopeless.get(task.id);
      if (known !== undefined) return known;
      hopeless.set(task.id, false);
      const lost = task.spec.needs.some((id) => {
        const need = index.get(id);
        return need !== undefined && (need.state === "FAILED" || (isOpen(need) && isHopeless(need)));
      });
      hopeless.set(task.id, lost);
      return lost;
    };
    const waves = [...index.all()]
      .filter((task) => isOpen(task) && inScope(task.id) && !isHopeless(task))
      .map((task) => this.#waveOf(task));
    return waves.length === 0 ? null : waves.reduce((a, b) => Math.min(a, b));
  }

  #waveOf({ id }: IndexedTask): number {
    return this.#ranks.get(id)?.wave ?? 0;
  }
}
