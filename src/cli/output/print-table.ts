import { clean } from "../../view/text/clean.ts";
import { displayWidth, pad } from "../../view/text/width.ts";
import type { Program } from "../program/program.ts";

const widestCell = 48;

/** Rows in columns as wide as their widest cell; the last may be as long as it is. */
export function printTable({ out }: Program, heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const cleaned = [heads, ...rows].map((row) => row.map((cell) => clean(cell)));
  const widths = heads.map((_, column) =>
    Math.min(widestCell, Math.max(...cleaned.map((row) => displayWidth(row[column] ?? "")))),
  );
  for (const row of cleaned)
    out.line(
      row
        .map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    );
}
