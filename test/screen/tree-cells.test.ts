import { Terminal as Emulator } from "@xterm/headless";
import * as fc from "fast-check";
import { createElement, type ReactElement } from "react";
import { Box, Text, type DOMElement } from "ink";
import { render } from "ink-testing-library";
import { describe, expect, test, vi } from "vitest";

import { App } from "../../components/App.tsx";
import { DrawsCells } from "../../components/parts/line-cells.ts";
import { putCells, rootOf, treeCells } from "../../src/screen/tree-cells.ts";
import { CellGrid } from "../../src/view/cells/cells.ts";
import { Painter } from "../../src/view/cells/painter.ts";
import { lookOf } from "../../src/view/cells/look.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import { press, settled, Terminal, themeOf, type Rendered } from "../components/terminal.tsx";
import { hostileText } from "../view/hostile.ts";
import { runSnapshot, task, tasksSnapshot } from "../view/fixtures.ts";
import { storySource, type FixedSource } from "../view/story.ts";

vi.hoisted(() => {
  process.env["FORCE_COLOR"] = "3";
});

const keys = {};
const selected = lookOf(themeOf({ depth: "truecolor", scheme: "dark" }).tones.selected);

interface Drawn extends Rendered {
  readonly root: () => DOMElement;
}

/** The app as the screen mounts it, for a writer of cells or for stock Ink. */
function mounted(source: FixedSource, size: Size, isCells: boolean, scheme: "dark" | "light"): Drawn {
  const found: { box: DOMElement | null } = { box: null };
  const theme = themeOf({ depth: "truecolor", scheme });
  const app = createElement(App, { source, send: () => undefined, size, theme, keys });
  const onBox = (box: DOMElement | null): void => void (found.box = box ?? found.box);
  const children = createElement(DrawsCells, { value: isCells }, createElement(Box, { ref: onBox }, app));
  const screen = render(createElement(Terminal, { size }, children));
  return {
    ...screen,
    root: () => {
      if (found.box === null) throw new Error("nothing is mounted");
      return rootOf(found.box);
    },
  };
}

/** What is seen: a space in another colour is a space. */
const seen = ({ texts, looks }: CellGrid): readonly string[] =>
  texts.map((text, at) => {
    const look = looks[at] ?? "";
    return text === " " && !/\b(?:7|4|48)\b/.test(look) ? " " : `${text} ${look}`;
  });

function ofFrame(frame: string | undefined, { columns, rows }: Size): readonly string[] {
  const grid = new CellGrid(columns, rows);
  grid.putFrame(frame ?? "");
  return seen(grid);
}

function ofTree(root: DOMElement, { columns, rows }: Size): readonly string[] | null {
  const placed = treeCells(root);
  const grid = new CellGrid(columns, rows);
  if (placed !== null) putCells(grid, placed);
  // There stands the terminal's own cursor, which Ink does not know.
  if (grid.cursor !== null) grid.looks[grid.cursor] = selected;
  return placed === null ? null : seen(grid);
}

const sizes: readonly Size[] = [
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
  { columns: 140, rows: 45 },
];
const ways: readonly (readonly string[])[] = [
  [],
  ["j", "j"],
  ["2", "j"],
  ["3"],
  ["3", "J"],
  ["4"],
  ["5"],
  ["6"],
  ["6", "/", "auth"],
  ["enter"],
  ["?"],
  [":", "app"],
  ["q"],
  ["X"],
];

/** Ink's own way over one long text is what the tree has to agree with: when an upgrade of Ink changes either, this says so. */
describe.each(sizes)("what is read from Ink's tree is what Ink draws, at $columns x $rows", (size) => {
  test.each(ways.map((pressed) => ({ pressed })))("$pressed", async ({ pressed }) => {
    const scheme = pressed.length % 2 === 0 ? "dark" : "light";
    const cells = mounted(storySource(), size, true, scheme);
    const stock = mounted(storySource(), size, false, scheme);
    await press(cells, ...pressed);
    await press(stock, ...pressed);
    const drawn = ofTree(cells.root(), size);
    expect(drawn).toEqual(ofFrame(cells.lastFrame(), size));
    expect(drawn).toEqual(ofFrame(stock.lastFrame(), size));
  });
});

test("texts of others, in any script, are the same cells in both ways", async () => {
  const size = { columns: 80, rows: 24 };
  const [hostile = ""] = fc.sample(hostileText, { seed: 13, numRuns: 1 });
  const source = storySource()
    .set("tasks", "", tasksSnapshot([task("T-1", hostile), task("T-2", "日本語 한국 é ก็ 🚀 ⏳ done")]))
    .set("run", "", runSnapshot({ repository: "日本/🚀" }));
  const cells = mounted(source, size, true, "dark");
  await settled();
  expect(ofTree(cells.root(), size)).toEqual(ofFrame(cells.lastFrame(), size));
});

test("what is no line of ours is left to Ink", async () => {
  const found: { box: DOMElement | null } = { box: null };
  const tree = (child: ReactElement): ReactElement =>
    createElement(Box, { ref: (box: DOMElement | null) => void (found.box = box ?? found.box) }, child);
  const read = (child: ReactElement): unknown => {
    render(tree(child));
    return found.box === null ? "none" : treeCells(rootOf(found.box));
  };
  expect(read(createElement(Text, null, "a text"))).toBeNull();
  expect(read(createElement(Box, { borderStyle: "double" }))).toBeNull();
  expect(read(createElement(Box, { backgroundColor: "red", width: 3, height: 1 }))).toBeNull();
  expect(read(createElement(Box, { overflow: "hidden" }))).toBeNull();
  expect(read(createElement(Box))).toEqual([]);
});

test("the terminal's own cursor stands where somebody types, and is hidden where nobody does", async () => {
  const size = { columns: 80, rows: 24 };
  const screen = mounted(storySource(), size, true, "dark");
  const terminal = new Emulator({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const painter = new Painter();
  let isShown = true;
  /** The text up to the cursor, and from it on; null where it is hidden. */
  const typedAt = async (): Promise<readonly [string, string] | null> => {
    putCells(painter.begin(size.columns, size.rows), treeCells(screen.root()) ?? []);
    const written = painter.finish();
    for (const [, mode] of written.matchAll(/\x1b\[\?25([hl])/g)) isShown = mode === "h";
    await new Promise<void>((done) => terminal.write(written, done));
    const { cursorX, cursorY } = terminal.buffer.active;
    const line = terminal.buffer.active.getLine(cursorY);
    const text = (from: number, to: number): string => line?.translateToString(false, from, to) ?? "";
    if (!isShown) return null;
    // A cell that is turned already would be turned back by the cursor.
    expect(line?.getCell(cursorX)?.isInverse()).toBe(0);
    return [text(0, cursorX), text(cursorX, size.columns)];
  };
  await settled();
  expect(await typedAt()).toBeNull();
  await press(screen, ":");
  expect((await typedAt())?.[0]).toMatch(/› $/);
  await press(screen, "日本語");
  expect((await typedAt())?.[0]).toMatch(/› 日本語$/);
  await press(screen, "left");
  expect((await typedAt())?.[0]).toMatch(/› 日本$/);
  expect((await typedAt())?.[1]).toMatch(/^語/);
  await press(screen, "esc");
  expect(await typedAt()).toBeNull();
  terminal.dispose();
});
