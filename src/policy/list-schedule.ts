import type { Settings } from "../domain/settings.ts";

/** A task of a list that stands in the order in which those that may start are started. Needs are places in that list. */
export interface ListedTask {
  readonly needs: readonly number[];
  readonly area: string | null;
  readonly wave: number;
  /** It goes on: areas and waves are for starting. */
  readonly begun: boolean;
}

export type ListLimits = Pick<Settings["limits"], "parallel" | "schedule" | "perArea">;

/** How long a list of tasks takes where a free slot gets the first task that may start. Tasks that need each other never end. */
export class ListSchedule {
  readonly #tasks: readonly ListedTask[];
  readonly #limits: ListLimits;
  readonly #dependants: readonly (readonly number[])[];
  /** Only areas and waves that limit anything are counted. */
  readonly #areaOf: readonly (string | null)[];

  constructor(tasks: readonly ListedTask[], limits: ListLimits) {
    this.#tasks = tasks;
    this.#limits = limits;
    const dependants: number[][] = tasks.map(() => []);
    for (const [place, { needs }] of tasks.entries()) for (const need of needs) dependants[need]?.push(place);
    this.#dependants = dependants;
    this.#areaOf = tasks.map(({ area }) => (limits.perArea === null ? null : area));
  }

  lengthMs(durationsMs: readonly number[]): number {
    const going = this.#start();
    let nowMs = 0;
    for (;;) {
      for (let next = 0; going.ends.length < this.#limits.parallel && next < going.ready.length;) {
        const task = going.ready[next] ?? 0;
        if (this.#may(task, going)) {
          going.ready.splice(next, 1);
          this.#count(going, task, this.#tasks[task]?.begun === true ? 0 : 1);
          const endMs = nowMs + (durationsMs[task] ?? 0);
          const at = placeIn(going.ends, endMs);
          going.ends.splice(at, 0, endMs);
          going.running.splice(at, 0, task);
        } else next += 1;
      }
      const ended = going.running.shift();
      if (ended === undefined) return nowMs;
      nowMs = going.ends.shift() ?? nowMs;
      this.#end(going, ended);
    }
  }

  #start(): Going {
    const unmet = this.#tasks.map(({ needs }) => needs.length);
    const ready = [...unmet.keys()].filter((place) => unmet[place] === 0);
    const going: Going = { unmet, ready, running: [], ends: [], areas: new Map(), openOfWave: [] };
    for (const [task, { begun, wave }] of this.#tasks.entries()) {
      if (begun) this.#count(going, task, 1);
      if (this.#limits.schedule === "waves") going.openOfWave[wave] = (going.openOfWave[wave] ?? 0) + 1;
    }
    return going;
  }

  #end(going: Going, task: number): void {
    const wave = this.#tasks[task]?.wave ?? 0;
    this.#count(going, task, -1);
    going.openOfWave[wave] = (going.openOfWave[wave] ?? 0) - 1;
    for (const after of this.#dependants[task] ?? []) {
      const left = (going.unmet[after] ?? 0) - 1;
      going.unmet[after] = left;
      if (left === 0) going.ready.splice(placeIn(going.ready, after), 0, after);
    }
  }

  #count({ areas }: Going, task: number, more: number): void {
    const area = this.#areaOf[task] ?? null;
    if (area !== null) areas.set(area, (areas.get(area) ?? 0) + more);
  }

  #may(task: number, { areas, openOfWave }: Going): boolean {
    const { begun = false, wave = 0 } = this.#tasks[task] ?? {};
    if (begun) return true;
    if (this.#limits.schedule === "waves" && openOfWave.findIndex((open) => open > 0) < wave) return false;
    const area = this.#areaOf[task] ?? null;
    return area === null || (areas.get(area) ?? 0) < (this.#limits.perArea ?? Infinity);
  }
}

/** `running` and `ends` belong together, the first to end first. */
interface Going {
  readonly unmet: number[];
  readonly ready: number[];
  readonly running: number[];
  readonly ends: number[];
  readonly areas: Map<string, number>;
  readonly openOfWave: number[];
}

/** Behind all that are not larger, in a list in order. */
function placeIn(list: readonly number[], value: number): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((list[middle] ?? 0) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
