import { describe, expect, test } from "vitest";

import type { TaskWait } from "../../src/view/tasks/task-wait.ts";
import { emptyDraft, initialUi } from "../../src/view/screen/ui-state.ts";
import { expectGolden } from "../golden/compare.ts";
import { noon, run, runSnapshot, tasksSnapshot } from "../view/fixtures.ts";
import { FixedSource, mergeQuestion, storySource, storyTasks } from "../view/story.ts";
import { TestScreen, type ScreenOptions } from "./screen.tsx";
import { settled } from "./terminal.tsx";

const small = { columns: 80, rows: 24 };
const large = { columns: 140, rows: 45 };

interface Shot {
  readonly keys?: readonly string[];
  readonly options?: Partial<ScreenOptions>;
  readonly source?: () => FixedSource;
}

const shots: Readonly<Record<string, Shot>> = {
  tasks: {},
  models: { keys: ["2", "j", "j", "j"] },
  review: { keys: ["3"] },
  "review-plan": { keys: ["3", "J"] },
  "review-comment": {
    keys: ["3", "n", "j", "j", "j", "j", "c", "say when", "enter", "r", "Please say when it expired."],
  },
  "ask-view": { keys: ["4"] },
  stats: { keys: ["5"] },
  log: { keys: ["6"] },
  "log-filter": { keys: ["6", "/", "auth !plan"] },
  detail: { keys: ["enter"] },
  calls: { keys: ["enter", "left"] },
  palette: { keys: [":", "app"] },
  picker: { keys: ["m"] },
  quit: { keys: ["q"] },
  abort: { keys: ["X"] },
  filter: { keys: ["/", "status:needs"] },
  help: { keys: ["?"] },
  waiting: {
    keys: ["j", "j"],
    source: () =>
      storySource().set(
        "tasks",
        "",
        tasksSnapshot(storyTasks, {
          active: new Set(["UI-1"]),
          waits: new Map<string, TaskWait>([
            ["AUTH-3", { kind: "breaker", untilMs: noon + 42_000, reason: "opus: its breaker rests" }],
            ["UI-2", { kind: "retry", untilMs: noon + 8_000, reason: "too many requests: 429 Too Many Requests" }],
          ]),
          reverted: new Set(["AUTH-0"]),
        }),
      ),
  },
  empty: { source: () => new FixedSource() },
  "engine-died": { source: () => storySource().set("run", "", runSnapshot({ engine: "died" })) },
  ascii: { options: { theme: { glyphs: "ascii" } } },
  ended: {
    source: () => {
      const source = storySource();
      return source
        .set("run", "", runSnapshot({ engine: "absent", run: run({ state: "ended", endedAt: noon, exitCode: 1 }) }))
        .set("review", "", { questions: [] });
    },
  },
};

describe.each([small, large])("at $columns x $rows", (size) => {
  test.each(Object.entries(shots))("%s", async (name, { keys = [], options = {}, source = storySource }) => {
    const screen = new TestScreen(source(), { size, ...options });
    await settled();
    await screen.press(...keys);
    expectGolden(`${name}-${size.columns}x${size.rows}`, screen.frame);
  });
});

describe("other sizes", () => {
  test.each([
    { columns: 60, rows: 10 },
    { columns: 60, rows: 16 },
    { columns: 100, rows: 45 },
    { columns: 300, rows: 80 },
    { columns: 50, rows: 8 },
  ])("tasks at $columns x $rows", async (size) => {
    const screen = new TestScreen(storySource(), { size });
    await settled();
    expectGolden(`tasks-${size.columns}x${size.rows}`, screen.frame);
  });

  test("review at 60x10", async () => {
    const screen = new TestScreen(storySource(), { size: { columns: 60, rows: 10 }, initial: { view: "review" } });
    await settled();
    expectGolden("review-60x10", screen.frame);
  });
});

test("a draft from before a crash is in the editor again", async () => {
  const source = storySource().set("draft", mergeQuestion.id, { ...emptyDraft, text: "written before the crash" });
  const screen = new TestScreen(source, { size: small, initial: { ...initialUi, view: "review" } });
  await screen.press("r");
  expect(screen.frame).toContain("written before the crash");
});
