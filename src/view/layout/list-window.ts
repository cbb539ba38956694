/**
 * A window onto a list by index arithmetic: what is not visible does not exist. A cursor is known by the id of its entry and by
 * its row on the screen, so that entries that come or go above it do not move it.
 */
export interface Cursor {
  /** Null: the first entry, whatever it is. */
  readonly id: string | null;
  /** Row on the screen, from 0. */
  readonly row: number;
  /** Where it was last, for when its entry is gone. */
  readonly index: number;
}

export const firstCursor: Cursor = { id: null, row: 0, index: 0 };

export interface ListWindow {
  /** First visible index, and the one after the last. */
  readonly top: number;
  readonly end: number;
  /** -1: the list is empty. */
  readonly selected: number;
}

export const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** What is visible of `count` entries in `height` rows. */
export function windowAt(
  cursor: Cursor,
  count: number,
  height: number,
  indexOf: (id: string) => number | undefined,
): ListWindow {
  const rows = Math.max(1, height);
  if (count === 0) return { top: 0, end: 0, selected: -1 };
  const selected = cursor.id === null ? 0 : clamp(indexOf(cursor.id) ?? cursor.index, 0, count - 1);
  const row = clamp(cursor.row, 0, rows - 1);
  const top = clamp(selected - row, Math.max(0, selected - rows + 1), Math.max(0, Math.min(selected, count - rows)));
  return { top, end: Math.min(count, top + rows), selected };
}

/** The cursor after a move to `target`: the window scrolls only as far as it must. */
export function moveTo(
  shown: ListWindow,
  target: number,
  count: number,
  height: number,
  idAt: (index: number) => string | undefined,
): Cursor {
  if (count === 0) return firstCursor;
  const index = clamp(target, 0, count - 1);
  const rows = Math.max(1, height);
  const row = clamp(index - shown.top, 0, rows - 1);
  return { id: idAt(index) ?? null, row, index };
}

export type Movement = "up" | "down" | "page_up" | "page_down" | "half_up" | "half_down" | "top" | "bottom";

/** Where a movement leads from `index`. */
export function moved(index: number, movement: Movement, count: number, height: number): number {
  const steps: Record<Movement, number> = {
    up: -1,
    down: 1,
    page_up: -Math.max(1, height - 1),
    page_down: Math.max(1, height - 1),
    half_up: -Math.max(1, Math.floor(height / 2)),
    half_down: Math.max(1, Math.floor(height / 2)),
    top: -count,
    bottom: count,
  };
  return clamp(index + steps[movement], 0, Math.max(0, count - 1));
}

/** A scroll position of plain lines: the first visible one, kept inside the text. */
export const scrolled = (top: number, movement: Movement, count: number, height: number): number =>
  clamp(moved(clamp(top, 0, Math.max(0, count - height)), movement, count, height), 0, Math.max(0, count - height));
