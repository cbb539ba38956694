import { expect, test } from "vitest";

import { runSnapshot, tasksSnapshot } from "../view/fixtures.ts";
import { storySource, type FixedSource } from "../view/story.ts";
import { TestScreen } from "./screen.tsx";

const keys = {
  quit: ["ctrl+q"],
  help: ["ctrl+g"],
  palette: [";"],
  "view.review": ["r", "3"],
  "decide.changes": ["v"],
  "tasks.filter": ["ctrl+t"],
  "task.abort": [],
  "run.resume_engine": ["ctrl+r"],
};

const shown = (source: FixedSource = storySource()): TestScreen =>
  new TestScreen(source, { size: { columns: 140, rows: 45 }, keys });
const lastLine = (screen: TestScreen): string => screen.frame.split("\n").at(-1) ?? "";

test("footer, tabs, help and the list of commands show the person's own keys", async () => {
  const screen = shown();
  expect(lastLine(screen)).toMatch(/; commands .*ctrl\+g help {2}ctrl\+q quit/);
  expect(screen.frame).toContain("[r] Review");
  expect(screen.frame).toContain("v changes");
  await screen.press(";", "quit");
  expect(screen.frame).toMatch(/Quit +ctrl\+q/);
  await screen.press("esc", "\x07");
  expect(screen.frame).toContain("─ Help ");
  expect(screen.frame).toMatch(/v +Request changes/);
  expect(screen.frame).toMatch(/palette +Abort the task/);
});

test("the old keys do nothing, and it says which key helps; a command without a key is in the list", async () => {
  const screen = shown();
  await screen.press("q");
  expect(screen.frame).toContain("no key q here, ctrl+g for help");
  await screen.press("X");
  expect(screen.frame).not.toContain("Abort AUTH-1");
  await screen.press(";", "abort", "enter");
  expect(screen.frame).toContain("Abort AUTH-1");
});

test("what is said beside the keys names them too", async () => {
  const died = storySource().set("run", "", runSnapshot({ engine: "died" }));
  expect(shown(died).frame).toContain("press ctrl+r to start it again");
  const empty = shown(storySource().set("tasks", "", tasksSnapshot([])));
  expect(empty.frame).toContain("or press ctrl+q and try");
  const narrowed = shown();
  await narrowed.press("\x14", "zzz", "enter");
  expect(narrowed.frame).toContain("ctrl+t to change it");
});

test("where the terminal has only the signs of ASCII, keys are named by words and not by what looks like another key", async () => {
  const screen = new TestScreen(storySource(), { size: { columns: 140, rows: 45 }, theme: { glyphs: "ascii" } });
  const footer = (): string => screen.frame.trimEnd().split("\n").at(-1) ?? "";
  expect(footer()).toMatch(/up\/down move .*enter open/);
  await screen.click("enter open");
  expect(screen.frame).toContain("Tasks > ");
  await screen.press("esc", "?");
  expect(screen.frame).toMatch(/ down j +Down/);
});
