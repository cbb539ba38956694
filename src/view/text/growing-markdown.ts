import type { SyntaxPainter } from "../review/syntax.ts";
import type { Line } from "./line.ts";
import { blockLines, blocksOf, normalized, plainLines } from "./markdown.ts";

/** Markdown that is being written: the blocks that are settled are read and drawn once, only the end of the text anew. */
export interface GrowingMarkdown {
  readonly columns: number;
  readonly painter: SyntaxPainter | null;
  /** The text that is settled, and its lines. */
  readonly settled: string;
  readonly settledLines: readonly Line[];
  readonly lines: readonly Line[];
  /** Characters that were read, over all steps. */
  readonly read: number;
}

/** The last two blocks may still become something else: a heading, a longer list. */
const unsettled = 2;

export function grownMarkdown(
  before: GrowingMarkdown | null,
  raw: string,
  columns: number,
  painter: SyntaxPainter | null,
): GrowingMarkdown {
  const text = normalized(raw);
  const isSame = before?.columns === columns && before.painter === painter && text.startsWith(before.settled);
  const base = isSame ? before : { settled: "", settledLines: [], read: before?.read ?? 0 };
  const end = text.slice(base.settled.length);
  const read = base.read + end.length;
  const blocks = blocksOf(end);
  if (blocks === null) {
    const lines = [...base.settledLines, ...plainLines(end, columns)];
    return { columns, painter, settled: base.settled, settledLines: base.settledLines, lines, read };
  }
  const isWhole = blocks.reduce((sum, block) => sum + block.raw.length, 0) === end.length;
  const done = isWhole ? blocks.slice(0, Math.max(0, blocks.length - unsettled)) : [];
  const settled = base.settled + done.map(({ raw: own }) => own).join("");
  const settledLines =
    done.length === 0 ? base.settledLines : [...base.settledLines, ...blockLines(done, columns, painter)];
  const lines = [...settledLines, ...blockLines(blocks.slice(done.length), columns, painter)];
  return { columns, painter, settled, settledLines, lines, read };
}
