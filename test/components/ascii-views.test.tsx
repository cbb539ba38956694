import { expect, test } from "vitest";

import { storySource } from "../view/story.ts";
import { asciiOnly } from "./ascii.ts";
import { TestScreen } from "./screen.tsx";

/** Ways to every view and to what lies over it. */
const ways: Readonly<Record<string, readonly string[]>> = {
  tasks: [],
  preview: ["tab", "z"],
  models: ["2"],
  review: ["3"],
  "review findings": ["3", "right"],
  "review checks": ["3", "right", "right"],
  "review facts": ["3", "right", "right", "right"],
  plan: ["3", "J"],
  split: ["3", "v"],
  comment: ["3", "n", "j", "j", "j", "j", "c"],
  changes: ["3", "r"],
  ask: ["4"],
  stats: ["5"],
  log: ["6"],
  detail: ["enter"],
  output: ["O"],
  calls: ["enter", "left"],
  "detail plan": ["enter", "right", "right"],
  palette: [":"],
  found: [":", "a"],
  sort: ["s"],
  copy: ["y"],
  picker: ["m"],
  filter: ["/"],
  help: ["?"],
  confirm: ["X"],
};

test.each(Object.entries(ways))("%s has nothing but ASCII where that is asked for", async (_name, keys) => {
  for (const size of [
    { columns: 60, rows: 16 },
    { columns: 80, rows: 24 },
    { columns: 140, rows: 45 },
    { columns: 200, rows: 60 },
  ]) {
    const screen = new TestScreen(asciiOnly(storySource()), { size, theme: { glyphs: "ascii" } });
    await screen.press(...keys);
    const foreign = screen.frame.split("\n").filter((line) => !/^[\x20-\x7e]*$/.test(line));
    expect([size.columns, foreign]).toEqual([size.columns, []]);
    screen.close();
  }
});
