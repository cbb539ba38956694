import type { SliceName, Slices } from "../view/screen/screen-source.ts";
import type { LedgerReads } from "./ledger-reads.ts";
import type { SliceLoader, SliceLoaders } from "./slice-loader.ts";

/** One snapshot with who looks at it. */
class Cell<T> {
  snapshot: T;
  dirty = true;
  readonly listeners = new Set<() => void>();

  constructor(snapshot: T) {
    this.snapshot = snapshot;
  }
}

type Cells = { readonly [S in SliceName]: Map<string, Cell<Slices[S]>> };

/** More windows of one kind than this, that nobody looks at, are forgotten. */
const mostUnwatched = 8;

/** The snapshots of all slices: which are out of date, who looks at them, and how they are brought up to date. */
export class SliceCells {
  readonly #loaders: SliceLoaders;
  readonly #cells: Cells = {
    clock: new Map(),
    run: new Map(),
    tasks: new Map(),
    models: new Map(),
    review: new Map(),
    task: new Map(),
    diff: new Map(),
    events: new Map(),
    live: new Map(),
    output: new Map(),
    asks: new Map(),
    activity: new Map(),
    draft: new Map(),
    syntax: new Map(),
  };

  constructor(loaders: SliceLoaders) {
    this.#loaders = loaders;
  }

  snapshot<S extends SliceName>(slice: S, id: string): Slices[S] {
    return this.#cells[slice].get(id)?.snapshot ?? this.#loaders[slice].empty;
  }

  /** The answer is whether the slice has to be brought up to date. */
  watch(slice: SliceName, id: string, listener: () => void): boolean {
    const cell = this.#cell(slice, id);
    cell.listeners.add(listener);
    return cell.dirty;
  }

  unwatch(slice: SliceName, id: string, listener: () => void): void {
    const cells: ReadonlyMap<string, Cell<unknown>> = this.#cells[slice];
    cells.get(id)?.listeners.delete(listener);
  }

  /** Without an id: all of the slice. The answer is whether anybody looks at it. */
  mark(slice: SliceName, id?: string): boolean {
    const cells: ReadonlyMap<string, Cell<unknown>> = this.#cells[slice];
    let watched = false;
    for (const [key, cell] of cells) {
      if (id !== undefined && key !== id) continue;
      cell.dirty = true;
      watched ||= cell.listeners.size > 0;
    }
    return watched;
  }

  isWatched(slice: SliceName): boolean {
    const cells: ReadonlyMap<string, Cell<unknown>> = this.#cells[slice];
    return [...cells.values()].some(({ listeners }) => listeners.size > 0);
  }

  watchedIds(slice: SliceName): readonly string[] {
    const cells: ReadonlyMap<string, Cell<unknown>> = this.#cells[slice];
    return [...cells].filter(([, { listeners }]) => listeners.size > 0).map(([id]) => id);
  }

  /** Puts a snapshot in place and tells nobody. */
  put<S extends SliceName>(slice: S, id: string, snapshot: Slices[S]): void {
    this.#cell(slice, id).snapshot = snapshot;
  }

  /** Loads what is out of date and watched. The answer is who has to be told; one that failed stays out of date. */
  async refresh(reads: LedgerReads, onFault: (error: unknown) => void): Promise<ReadonlySet<() => void>> {
    const told = new Set<() => void>();
    const loaders = this.#loaders;
    const cells = this.#cells;
    const each = async <T>(loader: SliceLoader<T>, of: ReadonlyMap<string, Cell<T>>): Promise<void> => {
      for (const [id, cell] of of) {
        if (!cell.dirty || cell.listeners.size === 0) continue;
        cell.dirty = false;
        try {
          const next = await loader.load(id, cell.snapshot, reads);
          if (next === cell.snapshot) continue;
          cell.snapshot = next;
          for (const listener of cell.listeners) told.add(listener);
        } catch (error) {
          cell.dirty = true;
          onFault(error);
        }
      }
    };
    await Promise.all([
      each(loaders.clock, cells.clock),
      each(loaders.run, cells.run),
      each(loaders.tasks, cells.tasks),
      each(loaders.models, cells.models),
      each(loaders.review, cells.review),
      each(loaders.task, cells.task),
      each(loaders.diff, cells.diff),
      each(loaders.events, cells.events),
      each(loaders.output, cells.output),
      each(loaders.asks, cells.asks),
      each(loaders.activity, cells.activity),
      each(loaders.draft, cells.draft),
      each(loaders.syntax, cells.syntax),
    ]);
    // Which calls run is known only now.
    await each(loaders.live, cells.live);
    return told;
  }

  #cell<S extends SliceName>(slice: S, id: string): Cell<Slices[S]> {
    const cells = this.#cells[slice];
    const known = cells.get(id);
    if (known !== undefined) return known;
    const unwatched = [...cells].filter(([, { listeners }]) => listeners.size === 0);
    for (const [old] of unwatched.slice(0, Math.max(0, unwatched.length - mostUnwatched))) cells.delete(old);
    const cell = new Cell<Slices[S]>(this.#loaders[slice].empty);
    cells.set(id, cell);
    return cell;
  }
}
