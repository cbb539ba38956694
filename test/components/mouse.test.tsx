import { expect, test } from "vitest";

import { storySource } from "../view/story.ts";
import { TestScreen } from "./screen.tsx";

const small = { columns: 80, rows: 24 };
const large = { columns: 140, rows: 45 };

const shown = (size = large) => new TestScreen(storySource(), { size });
const rowOf = (screen: TestScreen): string => screen.frame.split("\n").find((line) => /(^|│ )> /.test(line)) ?? "";
const yOf = (screen: TestScreen, text: string): number =>
  screen.frame.split("\n").findIndex((line) => line.includes(text));

test("a click selects a task, a second one opens it, and a tab of it is a click away", async () => {
  const screen = shown();
  await screen.click("  UI-1 ");
  expect(rowOf(screen)).toContain("UI-1");
  await screen.click("> UI-1 ");
  expect(screen.frame).toContain("Tasks > UI-1");
  await screen.click(" Log ");
  expect(screen.frame).toMatch(/─ Log /);
  await screen.press("esc");
  expect(screen.frame).not.toContain("Tasks > UI-1");
  expect(screen.sent).toEqual([]);
});

test("the views, the footer and the columns of the heading can be clicked", async () => {
  const screen = shown();
  await screen.click("Models", 0);
  await screen.click("[6]");
  expect(screen.frame).toContain("─ Log ");
  await screen.click("[1]");
  await screen.click("TITLE");
  expect(screen.frame).toContain("TITLE▲");
  await screen.click("TITLE▲");
  expect(screen.frame).toContain("TITLE▼");
  await screen.click("? help");
  expect(screen.frame).toContain("─ Help ");
});

test("the wheel scrolls what is under the pointer", async () => {
  const screen = shown({ columns: 80, rows: 16 });
  const first = rowOf(screen);
  await screen.wheel(1, 5, yOf(screen, "AUTH"));
  expect(rowOf(screen)).not.toBe(first);
  await screen.wheel(-1, 5, yOf(screen, "STATUS") + 1);
  expect(rowOf(screen)).toBe(first);
  await screen.press("?");
  const top = screen.frame.split("\n")[2];
  await screen.wheel(1, 5, 5);
  expect(screen.frame.split("\n")[2]).not.toBe(top);
});

test("a dialog's buttons are pressed by a click, a list's entries chosen and then taken", async () => {
  const screen = shown(small);
  await screen.press("X");
  await screen.click("Abort ]");
  expect(screen.sent).toEqual([expect.objectContaining({ kind: "answer", action: "abort" })]);
  await screen.press("s");
  await screen.click("by title");
  expect(screen.frame).toContain("> by title");
  await screen.click("by title");
  expect(screen.frame).toContain("TITLE▲");
});

test("a section, a question and a line of the diff in the review", async () => {
  const screen = shown();
  await screen.press("3");
  await screen.click(" Checks ");
  expect(screen.frame).toMatch(/─ Checks /);
  await screen.click(" Diff ");
  await screen.wheel(1, 100, 25);
  expect(screen.sent).toEqual([]);
});

test("one key gives the mouse back to the terminal", async () => {
  const screen = shown();
  await screen.press("M");
  expect(screen.sent).toEqual([{ kind: "mouse", on: false }]);
  const before = rowOf(screen);
  await screen.click("  UI-1 ");
  expect(rowOf(screen)).toBe(before);
  await screen.press("M");
  expect(screen.sent.at(-1)).toEqual({ kind: "mouse", on: true });
  await screen.click("  UI-1 ");
  expect(rowOf(screen)).toContain("UI-1");
});

test("a file beside the diff is a click or a turn of the wheel away, and so is the next question of the queue", async () => {
  const screen = shown();
  await screen.press("3");
  await screen.click(" Diff ");
  await screen.click("  A test/guard.test.ts");
  expect(screen.frame).toContain("> A test/guard.test.ts");
  expect(screen.frame).toContain("─ test/guard.test.ts ─");
  const beside = { x: 5, y: yOf(screen, "─ Files 3 ") + 1 };
  await screen.wheel(1, beside.x, beside.y);
  expect(screen.frame).toContain("─ docs/old.md ─");
  await screen.wheel(1, beside.x, beside.y);
  expect(screen.frame).toContain("─ docs/old.md ─");
  await screen.wheel(-1, beside.x, beside.y);
  expect(screen.frame).toContain("─ test/guard.test.ts ─");
  // Below the last file there is nothing to click.
  await screen.click("─ Queue ");
  expect(screen.frame).toContain("─ test/guard.test.ts ─");
  await screen.wheel(1, 5, yOf(screen, "─ Queue ") + 1);
  expect(screen.frame).toContain("Review 2 of 2  AUTH-2");
  expect(screen.sent).toEqual([]);
});

test("a click in the list of whom to ask selects, a second one marks or takes the mark away", async () => {
  const screen = shown(small);
  await screen.press("4");
  const [first = "", second = ""] = screen.frame.split("\n").filter((line) => /\[[x ]\]/.test(line));
  const name = (line: string): string => /\] (\S+)/.exec(line)?.[1] ?? "";
  const markOf = (line: string): string => /\[[x ]\]/.exec(line)?.[0] ?? "";
  expect(first).toContain("> ");
  await screen.click(`] ${name(second)}`);
  const chosen = screen.frame.split("\n").find((line) => line.includes(`] ${name(second)}`)) ?? "";
  expect(chosen).toContain("> ");
  expect(markOf(chosen)).toBe(markOf(second));
  await screen.click(`] ${name(second)}`);
  const turned = screen.frame.split("\n").find((line) => line.includes(`] ${name(second)}`)) ?? "";
  expect(markOf(turned)).not.toBe(markOf(second));
  await screen.click("Whom to ask");
  expect(screen.frame).toContain(turned.trim().slice(2, 20));
  expect(screen.sent).toEqual([]);
});
