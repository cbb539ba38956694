import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { ReviewView } from "../../../components/review/ReviewView.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import { question, task, tasksSnapshot } from "../../view/fixtures.ts";
import { Person } from "../../view/person.ts";
import { FixedSource, storySource } from "../../view/story.ts";
import { linesOf, lineWith, settled, Terminal, viewProps } from "../terminal.tsx";

const wide = { columns: 120, rows: 26 };
const narrow = { columns: 80, rows: 24 };

/** The view after a person pressed some keys. */
function shown(keys: readonly string[] = [], source = storySource(), size: Size = wide) {
  const { ui } = new Person(source, { view: "review" }, size).press(...keys);
  return render(
    <Terminal size={size}>
      <ReviewView {...viewProps(ui, source, size)} />
    </Terminal>,
  );
}

describe("the oldest question comes first", () => {
  test("with who wrote and reviewed, how the checks went, and what is asked", () => {
    const screen = shown();
    expect(lineWith(screen, "─ Review")).toMatch(
      /─ Review 1 of 2 {2}AUTH-1 {2}Reject expired tokens ─+ gpt wrote {3}opus reviewed {3}checks ✓ lint ✓ types ✓ test ─╮/,
    );
    expect(lineWith(screen, "of high risk")).toMatch(
      /│ what +The task is of high risk, so a person decides on the merge\./,
    );
    expect(lineWith(screen, "why you")).toContain("its risk is high");
    expect(lineWith(screen, "│ proof")).toContain("3 of 3 checks green; opus reviewed, 1 finding open");
    expect(lineWith(screen, "  Plan ")).toContain("Diff +8 -4   Findings   Checks   Facts");
  });

  test("and the queue has its marker", () => {
    expect(lineWith(shown(), "AUTH-1  merge")).toMatch(/│ > AUTH-1 {2}merge +7m │/);
    expect(lineWith(shown(), "AUTH-2  plan")).toMatch(/│ {3}AUTH-2 {2}plan +3m │/);
    expect(lineWith(shown(["J"]), "AUTH-2  plan")).toMatch(/│ > AUTH-2 {2}plan +3m │/);
  });
});

test("a plan is shown with what the person had asked for before", () => {
  const screen = shown(["J"]);
  expect(lineWith(screen, "you asked 9m ago")).toContain("Keep reading the old header for one release");
  expect(lineWith(screen, "─ Plan ─")).not.toBe("");
  expect(lineWith(screen, "S2  Reject")).not.toBe("");
});

describe("the diff", () => {
  test("has one line number and a sign for what was added and removed", () => {
    const screen = shown();
    expect(lineWith(screen, "!token")).toMatch(/ {4}14 - {5}if \(!token\)/);
    expect(lineWith(screen, "missing")).toMatch(/ {4}14 \+ {5}if \(token === null\)/);
    expect(lineWith(screen, "const token")).toMatch(/ {4}13 {7}const token/);
  });

  test("is moved through by line, hunk and file, and its title goes with the marker", () => {
    expect(lineWith(shown(), "1/27")).toMatch(/─ src\/auth\/guard\.ts ─+ 1\/27 ─╮$/);
    expect(lineWith(shown(["n", "j"]), "hunk 1/4")).toMatch(/─ src\/auth\/guard\.ts ─+ hunk 1\/4 {2}3\/27 ─╮$/);
    const other = shown(["]"]);
    expect(lineWith(other, "19/27")).toContain("─ test/guard.test.ts ─");
    expect(lineWith(other, "│ >   A …guard.test.ts")).not.toBe("");
    expect(lineWith(shown(["G"]), "27/27")).toContain("─ docs/old.md ─");
  });

  test("names a hunk only where the marker stands in one", () => {
    expect(lineWith(shown(["]", "j"]), "20/27")).toContain("hunk 3/4  20/27");
    expect(lineWith(shown(["]"]), "19/27")).not.toContain("hunk");
  });

  test("has comments below their lines, and beside it where there is room", () => {
    const commented = ["n", "j", "j", "j", "j", "c", "w", "h", "y", "enter"];
    const screen = shown(commented);
    expect(lineWith(screen, "┊")).toContain("┊ › you: why");
    expect(lineWith(screen, "guard.ts:14")).toContain("│ guard.ts:14 why");
    expect(lineWith(screen, "  Plan ")).toContain("1 comment of yours, sent with r");
    const small = shown(commented, storySource(), narrow);
    expect(lineWith(small, "┊")).toContain("┊ › you: why");
    expect(small.lastFrame()).not.toContain("guard.ts:14 why");
  });

  test("says how many questions are marked and what answers them, also where no queue stands", () => {
    for (const size of [undefined, narrow])
      expect(lineWith(shown(["*"], storySource(), size), "  Plan ")).toContain("1 marked, answered with A");
  });

  test("is waited for, and drawn when it is there", async () => {
    const source = storySource().set("diff", "AUTH-1", { state: "loading", text: "", note: null });
    const screen = shown([], source);
    await settled();
    expect(lineWith(screen, "reading the diff")).toContain("│ … reading the diff");
    source.set("diff", "AUTH-1", storySource().getSnapshot("diff", "AUTH-1"));
    await settled();
    expect(lineWith(screen, "> M")).toContain("src/auth/guard.ts");
  });

  test("that could not be read says why", () => {
    const source = storySource().set("diff", "AUTH-1", { state: "failed", text: "", note: "no such commit" });
    const screen = shown([], source);
    expect(screen.lastFrame()).toContain("no such commit");
  });
});

test("the arrow keys go through the sections", () => {
  expect(lineWith(shown(["right"]), "─ Findings ─")).not.toBe("");
  expect(lineWith(shown(["right"]), "F2 minor")).toContain("• F2 minor  src/auth/guard.ts:16  ○ open");
  expect(lineWith(shown(["right", "right"]), "pass  1m01s")).toContain("✓ test");
  expect(lineWith(shown(["right", "right", "right"]), "asked ")).toContain("11:53 (7m ago)");
});

test("a section that does not fit is scrolled, and says where one is", () => {
  const low = { columns: 80, rows: 18 };
  const keys = ["left"];
  const all = /─ Plan ─+ (\d+)-(\d+)\/(\d+) ─/;
  const [, first, last, count] = all.exec(lineWith(shown(keys, storySource(), low), "─ Plan ─")) ?? [];
  expect([first, Number(last) < Number(count)]).toEqual(["1", true]);
  const end = all.exec(lineWith(shown([...keys, "G"], storySource(), low), "─ Plan ─"));
  expect(end?.slice(2)).toEqual([count, count]);
});

test("a narrow screen has no queue and no files beside the diff", () => {
  const screen = shown([], storySource(), narrow);
  expect(screen.lastFrame()).not.toMatch(/Queue|Files|[╭│]/);
  expect(linesOf(screen)[2]).toMatch(/^─ Review 1 of 2 {2}AUTH-1 {2}Reject expired tokens ─+ gpt wrote ─$/);
});

test("a question that is longer than its place ends in an ellipsis", () => {
  const lines = Array.from({ length: 9 }, (_, index) => `Reason ${index + 1}.`).join("\n");
  const source = storySource().set("review", "", {
    questions: [{ question: question("q1", "AUTH-1", { text: lines }), answer: null }],
  });
  const screen = shown([], source);
  expect(screen.lastFrame()).toMatch(/Reason \d\. …/);
  expect(screen.lastFrame()).not.toContain("Reason 9");
  expect(lineWith(screen, "│ means")).not.toBe("");
});

test("with nothing to decide it says so", () => {
  const screen = shown([], new FixedSource());
  expect(screen.lastFrame()).toContain("✓ Nothing waits for you");
  expect(screen.lastFrame()).toContain("press 1 for the tasks");
});

test("a question and a diff that mean ill are text, and what would hide is shown", () => {
  const evil = "ok\x1b[2J\x1b]0;t\x07 検索";
  const diff = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n a\n+const admin\u202e = 1;`;
  const source = new FixedSource()
    .set("tasks", "", tasksSnapshot([task("T-1", evil, { state: "AWAITING_HUMAN" })]))
    .set("review", "", { questions: [{ question: question("q1", "T-1", { text: evil }), answer: null }] })
    .set("diff", "T-1", { state: "ready", text: diff, note: null });
  const screen = shown([], source);
  expect(lineWith(screen, "│ what     ok")).toContain("検索");
  expect(lineWith(screen, "const admin")).toMatch(/const admin.*202e.* = 1;/i);
  expect(screen.lastFrame()).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
});
