import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { TaskList } from "../../../components/tasks/TaskList.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import { momentOf, tasksPage } from "../../../src/view/screen/pages.ts";
import type { RowMoment } from "../../../src/view/tasks/task-row.ts";
import type { ThemeChoice } from "../../../src/view/text/theme.ts";
import { asciiOnly } from "../ascii.ts";
import { task, tasksSnapshot } from "../../view/fixtures.ts";
import { Person } from "../../view/person.ts";
import { FixedSource, storySource } from "../../view/story.ts";
import { linesOf, lineWith, Terminal } from "../terminal.tsx";

interface Shown {
  readonly keys?: readonly string[];
  readonly source?: FixedSource;
  readonly size?: Size;
  readonly moment?: Partial<RowMoment>;
  readonly theme?: Partial<ThemeChoice>;
}

/** The list after a person pressed some keys. */
function shown({
  keys = [],
  source = storySource(),
  size = { columns: 80, rows: 24 },
  moment = {},
  theme,
}: Shown = {}) {
  const { ui, world } = new Person(source, {}, size).press(...keys);
  return render(
    <Terminal size={size} {...(theme === undefined ? {} : { theme })}>
      <TaskList
        page={tasksPage(ui, world)}
        tasks={ui.tasks}
        moment={{ ...momentOf(world), ...moment }}
        focused={false}
      />
    </Terminal>,
  );
}

test("what needs a person comes first, then what works, what failed, what waits, and what is done", () => {
  expect(
    linesOf(shown())
      .slice(-12)
      .map((line) => /[A-Z]+-\d +(\S [a-z]+(?: you)?)/.exec(line)?.[1]),
  ).toEqual([
    "? needs you",
    "? needs you",
    "◐ coding",
    "◐ review",
    "◐ planning",
    "x failed",
    "· queued",
    "· queued",
    "· queued",
    "· queued",
    "· blocked",
    "✓ done",
  ]);
});

test("a row tells how far the task is, whose model has it, for how long and what it cost", () => {
  expect(lineWith(shown(), "AUTH-3")).toMatch(/◐ coding 3\/7 +Move the configuration to a … opus +4m +~\$0\.92$/);
});

test("a blocked task tells what it waits for", () => {
  expect(lineWith(shown({ size: { columns: 100, rows: 50 } }), "PUB-1")).toContain(
    "Publish the package  waits for AUTH-1",
  );
});

describe("the marker", () => {
  test("stands on the first task, and follows the keys", () => {
    expect(lineWith(shown(), "> ")).toContain("> AUTH-1 ?");
    expect(lineWith(shown({ keys: ["j", "down"] }), "> ")).toContain("> AUTH-3");
    expect(lineWith(shown({ keys: ["G"] }), "> ")).toContain("> AUTH-0");
  });

  test("stays in sight of a low screen, and the title tells which part of the list that is", () => {
    const size = { columns: 80, rows: 14 };
    expect(lineWith(shown({ size }), "Tasks 12")).toMatch(/ 1-\d+\/12 ─/);
    const screen = shown({ size, keys: ["G"] });
    expect(lineWith(screen, "Tasks 12")).toMatch(/ \d+-12\/12 ─/);
    expect(linesOf(screen).at(-1)).toContain("> AUTH-0");
  });
});

describe("the title", () => {
  test("tells the order, also where it is turned round", () => {
    expect(lineWith(shown(), "─ Tasks")).toContain("Tasks 12  needs you first");
    expect(lineWith(shown({ keys: ["S"] }), "─ Tasks")).toContain("needs you first, reversed");
    expect(lineWith(shown({ keys: ["s", "down", "enter"] }), "─ Tasks")).not.toContain("needs you first");
  });

  test("tells the filter and how many fit", () => {
    const screen = shown({ keys: ["/", "u", "i", "enter"] });
    expect(lineWith(screen, "─ Tasks")).toContain("Tasks 2 of 12  needs you first  filter: ui");
    expect(screen.lastFrame()).not.toContain("AUTH-1");
  });
});

describe("an empty list", () => {
  test("of a run without tasks says where they are written", () => {
    expect(shown({ source: new FixedSource() }).lastFrame()).toContain("No tasks yet");
  });

  test("of a filter that nothing fits says how to change it", () => {
    expect(shown({ keys: ["/", "q", "q", "enter"] }).lastFrame()).toContain("No task fits the filter");
  });
});

test("the sorted column has a mark, turned round with the order", () => {
  const heading = (keys: readonly string[]): string => lineWith(shown({ keys: ["s", ...keys, "enter"] }), "STATUS");
  expect(heading(["down"])).toMatch(/^ +ID▲ +STATUS +TITLE/);
  expect(heading(["down", "down", "down", "down"])).toMatch(/ COST▼$/);
});

test("a narrow screen drops cost, age and model before the title", () => {
  const heading = (columns: number): string => lineWith(shown({ size: { columns, rows: 24 } }), "STATUS").trim();
  expect(heading(80)).toMatch(/^ID +STATUS +TITLE +MODEL\/REVIEWER +AGE +COST$/);
  expect(heading(60)).toMatch(/^ID +STATUS +TITLE +MODEL\/REV$/);
});

test("wide letters keep the columns straight", () => {
  const screen = shown();
  const beforeModel = (id: string, model: string): string => lineWith(screen, id).split(` ${model} `)[0] ?? "";
  expect(lineWith(screen, "UI-2")).toMatch(/検索フォームを国際化する 🎌 +local/);
  expect(beforeModel("UI-2", "local").length + "検索フォームを国際化する".length).toBe(
    beforeModel("UI-1", "opus/gpt").length,
  );
});

test("signs turn where something works, and stand still where motion is not wanted", () => {
  expect(lineWith(shown({ moment: { motion: true, frame: 1 } }), "AUTH-3")).toContain("◓ coding");
  expect(lineWith(shown({ moment: { motion: true, frame: 1 } }), "AUTH-1")).toContain("? needs you");
  expect(lineWith(shown({ moment: { motion: false, frame: 1 } }), "AUTH-3")).toContain("◐ coding");
});

test("with ASCII glyphs every state has another sign and the same word", () => {
  const screen = shown({ theme: { glyphs: "ascii" }, source: asciiOnly(storySource()) });
  expect(screen.lastFrame()).toMatch(/^[\x20-\x7e\n]+$/);
  expect(lineWith(screen, "AUTH-3")).toContain("* coding 3/7");
  expect(lineWith(screen, "AUTH-0")).toContain("+ done");
  expect(lineWith(screen, "COST-1")).toContain(". queued");
});

test("a title that means ill is one line of text", () => {
  const evil = task("T-1", "Wipe\x1b[2J\x1b[1;1H\nthe\u202e disk\x07\r", { model: "m\x1b[31m" });
  const screen = shown({ source: new FixedSource().set("tasks", "", tasksSnapshot([evil])) });
  expect(lineWith(screen, "T-1")).toMatch(/> T-1 +· queued +Wipe the disk +m /);
  expect(linesOf(screen).at(-1)).toContain("T-1");
});
