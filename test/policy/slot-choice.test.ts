import { expect, test } from "vitest";

import { slotFor, type SlotRow } from "../../src/policy/slot-choice.ts";

const row = (n: number, name: string, more: Partial<SlotRow> = {}): SlotRow => ({
  n,
  name,
  lane: n,
  isLive: true,
  isOver: false,
  ...more,
});

const slot = (rows: readonly SlotRow[], name: string, spare: readonly string[] = []): number =>
  slotFor(rows, { name, parallel: 2, spare }).n;

test("a task has its own number again, and else the lowest that nobody has", () => {
  expect(slot([], "A")).toBe(0);
  expect(slot([row(0, "A")], "B")).toBe(1);
  expect(slot([row(0, "A"), row(1, "B")], "B")).toBe(1);
  expect(slot([row(1, "B")], "C")).toBe(0);
});

test("of the numbers that others have, it takes that of a finished task, then of one that does not run, then of one that waits", () => {
  const rows = [row(0, "A"), row(1, "B")];
  expect(slot([row(0, "A", { isLive: false }), row(1, "B", { isLive: false, isOver: true })], "C")).toBe(1);
  expect(slot([row(0, "A"), row(1, "B", { isLive: false })], "C")).toBe(1);
  expect(slot(rows, "C", ["B"])).toBe(1);
  // An agent of each waits for an answer in the middle of its call.
  expect(slot(rows, "C")).toBe(5);
  expect(slot([...rows, row(5, "C")], "D")).toBe(6);
});

test("trees of ours never have a task's number, also where there were more tasks at once before", () => {
  expect(slot([row(0, "A"), row(1, "B")], ".base")).toBe(2);
  expect(slotFor([row(2, "A", { isLive: false })], { name: ".base", parallel: 2, spare: [] })).toMatchObject({
    n: 2,
    from: { name: "A" },
  });
  expect(slot([row(2, ".base")], ".merge")).toBe(3);
  expect(slot([row(3, "A")], "A")).toBe(0);
});

test("more tasks at once than before have the numbers that trees of ours had meanwhile", () => {
  const rows = [
    row(0, "A"),
    row(1, "B"),
    row(5, ".base"),
    row(6, ".merge"),
    row(3, "D"),
    row(4, ".services"),
    row(2, "C"),
  ];
  expect(slotFor(rows, { name: "E", parallel: 5, spare: [] })).toMatchObject({ n: 4, from: { name: ".services" } });
});
