import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { frameOf, inside, tasksLayout, tooSmall, type Rect, type Size } from "../../../src/view/layout/layout.ts";
import {
  detailLayout,
  dialogRect,
  logLayout,
  modelsLayout,
  reviewLayout,
  sheetRect,
} from "../../../src/view/layout/view-layouts.ts";

const sizes = fc.record({ columns: fc.integer({ min: 60, max: 300 }), rows: fc.integer({ min: 10, max: 80 }) });

const isIn = (inner: Rect, size: Size): boolean =>
  inner.x >= 0 &&
  inner.y >= 0 &&
  inner.width >= 0 &&
  inner.height >= 0 &&
  inner.x + inner.width <= size.columns &&
  inner.y + inner.height <= size.rows;

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectTiled(rects: readonly (Rect | null)[], size: Size): void {
  const there = rects.filter((rect) => rect !== null).filter((rect) => rect.width > 0 && rect.height > 0);
  const bad = there.filter((rect) => !isIn(rect, size));
  const clash = there.flatMap((a, index) =>
    there
      .slice(index + 1)
      .filter((b) => overlap(a, b))
      .map((b) => [a, b]),
  );
  expect({ size, bad, clash }).toEqual({ size, bad: [], clash: [] });
}

describe("every layout", () => {
  test("lies inside the screen and overlaps nothing", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom("list", "preview", "events"),
        fc.boolean(),
        (size, models, focus, zoom) => {
          const { header, tabs, attention, footer } = frameOf(size);
          const lines = [header, tabs, attention, footer];
          const tasks = tasksLayout(size, { models, focus, zoom });
          expectTiled(
            [...lines, tasks.strip?.at ?? null, ...tasks.panels, tasks.list, tasks.preview, tasks.events],
            size,
          );
          const review = reviewLayout(size, { questionLines: models * 3, queued: models });
          expectTiled([...lines, review.question, review.sections, review.queue, review.side, review.main], size);
          const detail = detailLayout(size);
          expectTiled([...lines, detail.side, detail.main], size);
          const health = modelsLayout(size, models);
          expectTiled([...lines, health.list, health.detail], size);
          expectTiled([...lines, logLayout(size)], size);
          expectTiled([dialogRect(size, models * 20, models * 9)], size);
          expectTiled([footer, sheetRect(size, models * 4)], size);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("always leaves rows for what the view is about", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 12 }), (size, models) => {
        expect(inside(tasksLayout(size, { models, focus: "list", zoom: false }).list).height).toBeGreaterThanOrEqual(4);
        expect(inside(reviewLayout(size, { questionLines: 9, queued: 9 }).main).height).toBeGreaterThanOrEqual(1);
        expect(inside(modelsLayout(size, models).list).height).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the fall-backs", () => {
  const at = (columns: number, rows: number, models = 6) =>
    tasksLayout({ columns, rows }, { models, focus: "list", zoom: false });

  test("say when the terminal is too small", () => {
    expect([
      tooSmall({ columns: 59, rows: 24 }),
      tooSmall({ columns: 80, rows: 9 }),
      tooSmall({ columns: 60, rows: 10 }),
    ]).toEqual([true, true, false]);
  });

  test.each([
    [60, 10, { strip: null, panels: 0, preview: false, events: false, style: "bare" }],
    [80, 16, { strip: "counts", panels: 0, preview: false, events: false, style: "rule" }],
    [80, 24, { strip: "table", panels: 0, preview: false, events: false, style: "rule" }],
    [80, 40, { strip: "table", panels: 0, preview: false, events: true, style: "rule" }],
    [100, 45, { strip: null, panels: 4, preview: true, events: true, style: "box" }],
    [140, 45, { strip: null, panels: 6, preview: true, events: true, style: "box" }],
    [220, 50, { strip: null, panels: 6, preview: true, events: true, style: "box" }],
    [300, 80, { strip: null, panels: 6, preview: true, events: true, style: "box" }],
  ])("at %ix%i", (columns, rows, seen) => {
    const layout = at(columns, rows);
    expect({
      strip: layout.strip?.kind ?? null,
      panels: layout.panels.length,
      preview: layout.preview !== null,
      events: layout.events !== null,
      style: layout.list.style,
    }).toEqual(seen);
  });

  test("a panel more stands beside the others where a row of its own would be empty but for it", () => {
    const rows = (columns: number, models: number): number =>
      new Set(tasksLayout({ columns, rows: 60 }, { models, zoom: false, focus: "list" }).panels.map(({ y }) => y)).size;
    expect([rows(200, 4), rows(200, 5), rows(200, 6)]).toEqual([1, 1, 2]);
    const inRows = tasksLayout({ columns: 140, rows: 45 }, { models: 4, zoom: false, focus: "list" }).panels;
    expect(new Set(inRows.map(({ width }) => width))).toEqual(new Set([70]));
  });

  test("panels stand three in a row from 120 columns, and events are a third column at 300", () => {
    expect(new Set(at(140, 45).panels.map(({ y }) => y)).size).toBe(2);
    expect(new Set(at(220, 50).panels.map(({ y }) => y)).size).toBe(2);
    const large = at(300, 80);
    expect(large.events?.y).toBe(large.list.y);
  });
});

describe("spare rows go to the list", () => {
  const speaking = fc.array(fc.boolean(), { maxLength: 12 });
  const rowsAt = (columns: number, rows: number, speaks: readonly boolean[], why: boolean): number => {
    const layout = tasksLayout(
      { columns, rows },
      { models: speaks.length, speaking: speaks, why, focus: "list", zoom: false },
    );
    return inside(layout.list).height;
  };

  test("120x30 shows at least as many tasks as 80x24, whatever the models do", () => {
    fc.assert(
      fc.property(speaking, fc.boolean(), (speaks, why) => {
        expect(rowsAt(120, 30, speaks, why)).toBeGreaterThanOrEqual(rowsAt(80, 24, speaks, why));
      }),
    );
  });

  test("a model that has nothing to say takes one row, and all lie inside without overlapping", () => {
    fc.assert(
      fc.property(sizes, speaking, fc.boolean(), fc.nat(12), (size, speaks, why, endLines) => {
        const facts = { models: speaks.length, speaking: speaks, why, endLines, focus: "list", zoom: false } as const;
        const { panels, strip, list, preview, events, end, why: line } = tasksLayout(size, facts);
        expectTiled([line, end, strip?.at ?? null, ...panels, list, preview, events], size);
        const rest = panels.length < speaks.length ? panels.length - 1 : panels.length;
        panels.slice(0, rest).forEach(({ height }, index) => {
          expect(height === 1).toBe(speaks[index] === false);
        });
        expect(Math.max(0, ...panels.map(({ height }) => height))).toBeLessThanOrEqual(10);
      }),
      { numRuns: 1000 },
    );
  });
});
