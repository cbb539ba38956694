/** A slot of a repository that somebody was given. */
export interface SlotRow {
  readonly n: number;
  readonly name: string;
  /** Which ports go with it: no two rows of this machine have the same. */
  readonly lane: number;
  /** Whose it is runs now. */
  readonly isLive: boolean;
  /** Whose it is will not run again. */
  readonly isOver: boolean;
}

/** Below what systems give to whoever asks for any port. */
const firstPort = 20_000;
const portsPerSlot = 100;
/** As many slots have ports of their own; beyond that they are shared again. */
export const portLanes = 125;

export const portBaseOf = (lane: number): number => firstPort + portsPerSlot * (lane % portLanes);

/** Trees of ours have the numbers that follow those of tasks. */
const ownNames: readonly string[] = [".base", ".merge", ".services"];

/**
 * Which slot somebody gets, and from whom. First the own of before, then one that nobody has, then one of who runs no more, then
 * one of who waits. Only where all that have one work, as an agent that waits for an answer in the middle of its call, it is a
 * number above all of these.
 */
export function slotFor(
  rows: readonly SlotRow[],
  { name, parallel, spare }: { readonly name: string; readonly parallel: number; readonly spare: readonly string[] },
): { readonly n: number; readonly from: SlotRow | null } {
  const fixed = ownNames.indexOf(name);
  const own = rows.find((row) => row.name === name);
  const others = rows.filter((row) => row.name !== name);
  if (fixed !== -1) {
    const n = parallel + fixed;
    return { n, from: others.find((row) => row.n === n) ?? null };
  }
  if (own !== undefined && own.n < parallel) return { n: own.n, from: null };
  // What trees of ours had while fewer tasks worked at once is theirs no more.
  const left = others.find((row) => row.n < parallel && ownNames.includes(row.name));
  const taken = others.filter((row) => row !== left).map(({ n }) => n);
  const free = lowestFree(taken);
  if (free < parallel) return { n: free, from: free === left?.n ? left : null };
  const usual = others.filter(({ n }) => n < parallel);
  const from =
    usual.find(({ isLive, isOver }) => !isLive && isOver) ??
    usual.find(({ isLive }) => !isLive) ??
    usual.find((row) => spare.includes(row.name));
  if (from !== undefined) return { n: from.n, from };
  const above = parallel + ownNames.length;
  const n = own !== undefined && own.n >= above ? own.n : lowestFree(taken, above);
  return { n, from: null };
}

export function lowestFree(taken: readonly number[], first = 0): number {
  let n = first;
  while (taken.includes(n)) n += 1;
  return n;
}
