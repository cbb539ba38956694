import { expect, test } from "vitest";

import { folded, logRows } from "../../../src/view/log/log-lines.ts";
import { eventLine } from "../../../src/view/log/event-lines.ts";
import { markStyle } from "../../../src/view/log/log-marks.ts";
import { eventJson } from "../../../src/view/json/json-events.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { toAscii } from "../../../src/view/text/state-styles.ts";
import { event } from "../fixtures.ts";
import { person } from "../person.ts";

const note = (secondsAgo: number, text: string, task = "A-1") =>
  event(secondsAgo, { type: "note", task, data: { level: "warn", text } });
const moved = (secondsAgo: number, to: "DONE" | "FAILED") =>
  event(secondsAgo, { type: "task.moved", task: "A-1", data: { from: "QUALITY_GATE", to, reason: "so" } });

const all = { warnings: false, withTask: true, filter: "" };
const shown = (events: Parameters<typeof eventLine>[0][]): readonly string[] => {
  const rows = logRows({ events }, all, 100);
  return Array.from({ length: rows.count }, (_, index) => lineText(rows.line(index)));
};

test("the same line again and again is one that says how often, with the time of the last", () => {
  const lines = shown([
    note(50, "no place"),
    note(40, "no place"),
    note(30, "no place"),
    note(20, "other"),
    note(10, "no place"),
  ]);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/11:59:30 A-1 .*no place {2}x 3$/);
  expect(lines[2]).toMatch(/no place$/);
  expect(shown([note(50, "no place"), note(40, "no place", "A-2")])).toHaveLength(2);
});

test("a line that is folded keeps its place while more of them come", () => {
  const [first, second] = [note(50, "no place"), note(40, "no place")];
  const lines = [first, second].flatMap((one) => eventLine(one) ?? []);
  expect(folded(lines)[0]?.pos).toBe(first.pos);
  expect(folded([...lines])[0]).toBe(folded([...lines])[0]);
});

test("what is done and what failed have their own sign and tone", () => {
  const [done, failed] = [eventLine(moved(2, "DONE")), eventLine(moved(1, "FAILED"))];
  expect([done?.mark, failed?.mark]).toEqual(["done", "failed"]);
  const rows = logRows({ events: [moved(2, "DONE"), moved(1, "FAILED")] }, all, 100);
  expect(rows.line(0)[0]).toMatchObject({ text: "✓ ", tone: "good" });
  expect(rows.line(0).at(-1)?.tone).toBe("good");
  expect(rows.line(1)[0]).toMatchObject({ text: "x ", tone: "bad" });
});

test("every sign has an ASCII form", () => {
  for (const { glyph, ascii } of Object.values(markStyle)) {
    expect(toAscii(glyph)).toMatch(/^[\x20-\x7e]$/);
    expect(ascii).toMatch(/^[\x20-\x7e]$/);
  }
});

test("enter opens the task of the last line in sight", () => {
  const anna = person().press("6", "enter");
  expect(anna.ui.detail?.task).toMatch(/-\d$/);
  expect(anna.press("esc").ui).toMatchObject({ detail: null, view: "log" });
});

test("landing, a base that moved and services are told as JSON", () => {
  const landed = event(1, { type: "land.done", data: { into: "main", commit: "c1", tasks: ["A-1"], from: "c0" } });
  expect(eventJson(landed)?.data).toEqual({ into: "main", commit: "c1", tasks: ["A-1"], from: "c0" });
  const base = { base: "main", from: "a", to: "b", into: "gandy/integration", commit: "c", by: "merge" as const };
  expect(eventJson(event(1, { type: "base.followed", data: base }))?.data).toEqual(base);
  const service = { service: "db", slot: null, state: "dead" as const, reason: "exit 1" };
  expect(eventJson(event(1, { type: "service.moved", data: service }))?.data).toEqual(service);
});
