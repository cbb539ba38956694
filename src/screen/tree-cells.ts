import type { DOMElement } from "ink";

import { cellsBy } from "../../components/parts/line-cells.ts";
import { cellsOf, type CellGrid, type Cells } from "../view/cells/cells.ts";
import { lookOf } from "../view/cells/look.ts";

/** Cells with their place. */
export interface PlacedCells {
  readonly x: number;
  readonly y: number;
  readonly cells: Cells;
}

/**
 * What Ink's tree draws, as far as it is made of boxes, their borders and lines that know their cells: without the way over one long
 * text and back. Null: something else is in it, which only Ink can draw.
 */
export function treeCells(root: DOMElement): readonly PlacedCells[] | null {
  const found: PlacedCells[] = [];
  return collect(root, 0, 0, found) ? found : null;
}

function collect(node: DOMElement, left: number, top: number, found: PlacedCells[]): boolean {
  const { yogaNode, style } = node;
  if (yogaNode === undefined || style.display === "none" || node.internal_static === true) return true;
  const x = left + yogaNode.getComputedLeft();
  const y = top + yogaNode.getComputedTop();
  if (node.nodeName === "ink-text") {
    const cells = node.internal_transform === undefined ? null : cellsBy(node.internal_transform);
    if (cells !== null) found.push({ x, y, cells });
    return cells !== null || node.childNodes.length === 0;
  }
  const isPlain = style.overflow !== "hidden" && style.backgroundColor === undefined;
  if (!isPlain || (style.borderStyle !== undefined && !pushBorder(node, x, y, found))) return false;
  return node.childNodes.every((child) => child.nodeName !== "#text" && collect(child, x, y, found));
}

/** Borders are kept as long as nothing of them changes. */
const borders = new WeakMap<DOMElement, { readonly key: string; readonly lines: readonly PlacedCells[] }>();

function pushBorder(node: DOMElement, x: number, y: number, found: PlacedCells[]): boolean {
  const { borderStyle, borderColor, borderDimColor } = node.style;
  if (typeof borderStyle !== "object" || node.yogaNode === undefined) return false;
  const width = node.yogaNode.getComputedWidth();
  const height = node.yogaNode.getComputedHeight();
  const look = lookOf({
    ...(borderColor === undefined ? {} : { color: borderColor }),
    dim: borderDimColor === true,
  });
  const key = `${x} ${y} ${width} ${height} ${look} ${borderStyle.top}`;
  const known = borders.get(node);
  if (known?.key === key) {
    found.push(...known.lines);
    return true;
  }
  const cells = (text: string): Cells => cellsOf([{ text, look }]);
  const side = (at: number, text: string): readonly PlacedCells[] =>
    Array.from({ length: Math.max(0, height - 2) }, (_, row) => ({ x: at, y: y + 1 + row, cells: cells(text) }));
  const rule = (first: string, middle: string, last: string): Cells =>
    cells(first + middle.repeat(Math.max(0, width - 2)) + last);
  const lines = [
    { x, y, cells: rule(borderStyle.topLeft, borderStyle.top, borderStyle.topRight) },
    ...side(x, borderStyle.left),
    ...side(x + width - 1, borderStyle.right),
    { x, y: y + height - 1, cells: rule(borderStyle.bottomLeft, borderStyle.bottom, borderStyle.bottomRight) },
  ];
  borders.set(node, { key, lines });
  found.push(...lines);
  return true;
}

/** Draws them in their order: what comes later lies above. */
export function putCells(on: CellGrid, placed: readonly PlacedCells[]): void {
  for (const { x, y, cells } of placed) on.put(x, y, cells);
}

/** The root of the tree that an element is in. */
export function rootOf(element: DOMElement): DOMElement {
  let node = element;
  while (node.parentNode !== undefined) node = node.parentNode;
  return node;
}
