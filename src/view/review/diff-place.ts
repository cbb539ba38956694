import { clamp, type Movement } from "../layout/list-window.ts";
import type { DiffBody } from "./diff-body.ts";

/** A row of a diff: the item, the row inside it, and how far below the top of the window it is. */
export interface DiffPlace {
  readonly item: number;
  readonly sub: number;
  readonly row: number;
}

export interface RowAt {
  readonly item: number;
  readonly sub: number;
}

/** One row on; null at the end. Only the items that are passed are laid out. */
function next(body: DiffBody, { item, sub }: RowAt): RowAt | null {
  if (sub + 1 < body.rowsOf(item)) return { item, sub: sub + 1 };
  return item + 1 < body.items ? { item: item + 1, sub: 0 } : null;
}

function before(body: DiffBody, { item, sub }: RowAt): RowAt | null {
  if (sub > 0) return { item, sub: sub - 1 };
  return item > 0 ? { item: item - 1, sub: body.rowsOf(item - 1) - 1 } : null;
}

/** The place inside what there is. */
export function settledPlace(body: DiffBody, place: DiffPlace, height: number): DiffPlace {
  const item = clamp(place.item, 0, Math.max(0, body.items - 1));
  const sub = clamp(place.sub, 0, Math.max(0, body.rowsOf(item) - 1));
  return { item, sub, row: clamp(place.row, 0, Math.max(0, height - 1)) };
}

/** The rows in the window, and which of them the cursor is on. The window is full as long as there are rows. */
export function diffWindow(
  body: DiffBody,
  place: DiffPlace,
  height: number,
): { readonly rows: readonly RowAt[]; readonly selected: number } {
  if (body.items === 0) return { rows: [], selected: -1 };
  const here: RowAt = { item: place.item, sub: place.sub };
  const above: RowAt[] = [];
  const below: RowAt[] = [];
  for (let at = before(body, here); at !== null && above.length < place.row; at = before(body, at)) above.push(at);
  for (let at = next(body, here); at !== null && 1 + above.length + below.length < height; at = next(body, at))
    below.push(at);
  // At the end there is more room above.
  let first = above.at(-1) ?? here;
  while (1 + above.length + below.length < height) {
    const more = before(body, first);
    if (more === null) break;
    above.push(more);
    first = more;
  }
  return { rows: [...above.toReversed(), here, ...below], selected: above.length };
}

/** The place after a movement of the cursor. */
export function movedPlace(body: DiffBody, place: DiffPlace, movement: Movement, height: number): DiffPlace {
  const page = Math.max(1, height - 1);
  const half = Math.max(1, Math.floor(height / 2));
  const { selected } = diffWindow(body, place, height);
  const steps: Record<Exclude<Movement, "top" | "bottom">, number> = {
    up: -1,
    down: 1,
    page_up: -page,
    page_down: page,
    half_up: -half,
    half_down: half,
  };
  if (movement === "top") return { item: 0, sub: 0, row: 0 };
  if (movement === "bottom") {
    const item = Math.max(0, body.items - 1);
    return { item, sub: Math.max(0, body.rowsOf(item) - 1), row: height - 1 };
  }
  const by = steps[movement];
  let at: RowAt = { item: place.item, sub: place.sub };
  let done = 0;
  while (done < Math.abs(by)) {
    const to = by > 0 ? next(body, at) : before(body, at);
    if (to === null) break;
    at = to;
    done += 1;
  }
  return { ...at, row: clamp(selected + Math.sign(by) * done, 0, Math.max(0, height - 1)) };
}

/** The place of a jump: the window stays where it is when it has the row already, else the row comes near its top. */
export function jumpedPlace(body: DiffBody, place: DiffPlace, to: RowAt, height: number): DiffPlace {
  const { rows } = diffWindow(body, place, height);
  const row = rows.findIndex(({ item, sub }) => item === to.item && sub === to.sub);
  return { ...to, row: row >= 0 ? row : Math.min(3, Math.floor(height / 4)) };
}
