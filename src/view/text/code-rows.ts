import { cellsOf, contentEnd, isSimple, type Cell } from "./reveal.ts";

/** One line of code as rows of the screen: wrapped, or the part of it that a sideways scroll shows. */
export interface CodeRows {
  readonly count: number;
  readonly row: (index: number) => readonly Cell[];
}

/** Units of a line that are laid out at once; a longer line is laid out part by part, as far as it is looked at. */
const part = 8_192;

const simpleCells = (raw: string, from: number, to: number): readonly Cell[] =>
  Array.from({ length: Math.max(0, Math.min(to, raw.length) - from) }, (_, index) => ({
    text: raw[from + index] ?? "",
    columns: 1,
    at: from + index,
    sign: "no",
  }));

/** All of the line, in rows of at most `columns`; a wide character is never cut in two. */
export function wrappedRows(raw: string, columns: number): CodeRows {
  const width = Math.max(2, columns);
  if (isSimple(raw)) {
    const count = Math.max(1, Math.ceil(raw.length / width));
    return { count, row: (index) => simpleCells(raw, index * width, (index + 1) * width) };
  }
  const starts = partStarts(raw);
  const end = contentEnd(raw);
  let last: { readonly index: number; readonly rows: readonly (readonly Cell[])[] } | null = null;
  const rowsOf = (index: number): readonly (readonly Cell[])[] => {
    if (last?.index !== index)
      last = { index, rows: cut(cellsOf(raw, starts[index], starts[index + 1] ?? raw.length, end), width) };
    return last.rows;
  };
  const before: number[] = [0];
  for (const index of starts.keys()) before.push((before.at(-1) ?? 0) + rowsOf(index).length);
  return {
    count: before.at(-1) ?? 1,
    row(index) {
      const at = before.findLastIndex((rows, place) => rows <= index && place < starts.length);
      return rowsOf(at)[index - (before[at] ?? 0)] ?? [];
    },
  };
}

/** One row: what lies between two columns. A wide character at an edge is left for the next position. */
export function scrolledRow(raw: string, left: number, columns: number): CodeRows {
  const width = Math.max(2, columns);
  return {
    count: 1,
    row() {
      if (isSimple(raw)) return simpleCells(raw, left, left + width);
      const kept: Cell[] = [];
      const end = contentEnd(raw);
      let column = 0;
      const starts = partStarts(raw);
      for (const [index, start] of starts.entries()) {
        if (column >= left + width) break;
        for (const cell of cellsOf(raw, start, starts[index + 1] ?? raw.length, end)) {
          if (column >= left && column + cell.columns <= left + width) kept.push(cell);
          column += cell.columns;
        }
      }
      return kept;
    },
  };
}

/** Between letters, never inside one. */
function partStarts(raw: string): readonly number[] {
  const starts = [0];
  for (let at = part; at < raw.length; at += part) {
    // The second half of a pair, and marks, belong to what is before them.
    const low = /[\udc00-\udfff]/.test(raw.charAt(at)) ? 1 : 0;
    const marks = /^\p{M}{0,8}/u.exec(raw.slice(at + low, at + low + 32))?.[0].length ?? 0;
    starts.push(at + low + marks);
  }
  return starts;
}

function cut(cells: readonly Cell[], width: number): readonly (readonly Cell[])[] {
  const rows: Cell[][] = [[]];
  let used = 0;
  for (const cell of cells) {
    if (used + cell.columns > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(cell);
    used += cell.columns;
  }
  return rows;
}
