import { handleMouse } from "../../../src/view/keys/handle-mouse.ts";
import { inside } from "../../../src/view/layout/layout.ts";
import { detailLayout } from "../../../src/view/layout/view-layouts.ts";
import { expect, test } from "vitest";

import type { Said } from "../../../src/domain/transcript.ts";
import { anchored, anchorFor } from "../../../src/view/layout/scrollable.ts";
import { grownEntries } from "../../../src/view/output/output-entries.ts";
import { outputRows, type OutputLook } from "../../../src/view/output/output-rows.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { noon, attempt, call, task, taskFacts } from "../fixtures.ts";
import { keyContext } from "../../../src/view/screen/screen-model.ts";
import { Person } from "../person.ts";
import { storySource } from "../story.ts";

const look: OutputLook = { times: false, all: false, turned: [] };
const said = (kind: Said["kind"], text: string, more: Partial<Said> = {}): Said => ({ at: noon, kind, text, ...more });
const lines = (all: readonly Said[], how = look, columns = 40): readonly string[] => {
  const rows = outputRows(grownEntries([], all), how, columns);
  return Array.from({ length: rows.count }, (_, index) => lineText(rows.line(index)));
};
const long = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`).join("\n");

test("pieces of a text are one text, and a tool stands between two of them", () => {
  const shown = lines([
    said("text", "I will "),
    said("text", "look.\n"),
    said("tool", "src/a.ts", { tool: "read" }),
    said("text", "It is fine."),
  ]);
  expect(shown).toEqual(["I will look.", "▸ read src/a.ts", "It is fine."]);
});

test("a long result shows its first lines until it is unfolded, alone or with all others", () => {
  const all = [said("tool", "npm test", { tool: "sh" }), said("result", long, { tool: "sh" })];
  const folded = ["▸ sh npm test", "  │ line 1", "  │ line 2", "  │ line 3", "  │ … 6 more lines"];
  expect(lines(all)).toEqual(folded);
  expect(lines(all, { ...look, turned: [2] })).toHaveLength(11);
  expect(lines(all, { ...look, all: true })).toHaveLength(11);
  expect(lines(all, { ...look, all: true, turned: [2] })).toEqual(folded);
});

test("no line is wider than its window, and nothing of a hostile text gets to the terminal", () => {
  const hostile = `\x1b[2J\x1b]0;title\x07${"wide 漢字 ".repeat(30)}\r\nend‮`;
  for (const kind of ["text", "thinking", "tool", "result", "notice"] as const)
    for (const line of lines([said(kind, hostile, { tool: "\x1b[31mtool" })], { ...look, times: true }, 30)) {
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f‮]/);
      expect(line.replace(/[漢字]/g, "xx").length).toBeLessThanOrEqual(30);
    }
});

test("what is kept is bounded, and a window that was scrolled stays where it was", () => {
  let entries = grownEntries([], []);
  for (let index = 0; index < 6_000; index += 1) entries = grownEntries(entries, [said("notice", `n${index}`)]);
  expect(entries.length).toBeLessThanOrEqual(4_000);
  const rows = outputRows(entries, look, 40);
  const anchor = anchorFor(rows, 1_000, 10, null);
  const before = lineText(rows.line(1_000));
  const grown = outputRows(grownEntries(entries, [said("text", "one more"), said("notice", "and more")]), look, 40);
  const at = anchored(grown, anchor, 10);
  expect(lineText(grown.line(at.top))).toBe(before);
  expect(at).toMatchObject({ below: grown.count - at.top - 10, fresh: 2 });
});

test("a person reads the last call, unfolds what its tool gave back, and goes to the call before", () => {
  const tries = [attempt("c1", "opus")];
  const row = task("UI-1", "Draw it", { state: "IMPLEMENTING" });
  const first = { ...call("c1", "UI-1", { role: "planner", startedAt: noon - 9_000 }), tries };
  const last = { ...call("c2", "UI-1", { startedAt: noon, state: "running", outcome: null }), tries };
  const source = storySource()
    .set("task", "UI-1", taskFacts(row, { calls: [first, last] }))
    .set("output", "c1@UI-1", { entries: grownEntries([], [said("text", "the plan")]), cut: false })
    .set("output", "c2@UI-1", { entries: grownEntries([], [said("result", long, { tool: "sh" })]), cut: false });
  const anna = new Person(source, { detail: { task: "UI-1", tab: "output", top: 0, anchor: null } });
  anna.press("enter");
  expect(anna.ui.output.turned).toEqual([1]);
  // A click on its last lines folds it again, one where nothing stands does nothing.
  const { y } = inside(detailLayout(anna.world.size).main);
  const click = (row: number): void =>
    void (anna.ui = handleMouse(anna.ui, anna.world, { kind: "press", x: 100, y: y + row, by: 1 }).ui);
  click(30);
  expect(anna.ui.output.turned).toEqual([1]);
  click(2);
  expect(anna.ui.output.turned).toEqual([]);
  anna.press("enter");
  anna.press("space", "t");
  expect(anna.ui.output).toMatchObject({ all: true, times: false, turned: [] });
  anna.press("[");
  expect(anna.ui.output.call).toBe("c1");
  anna.press("[");
  expect(anna.ui.hint).toBe("this is its first call");
  anna.press("]", "]");
  expect(anna.ui.hint).toBe("this is its last call");
});

test("a line of five megabytes is shown to its last letter as far as is kept, and none of it is lost on the way", () => {
  const all = [said("text", `${"ab".repeat(20_000)}\n${"0123456789\n".repeat(20_000)}the end`)];
  const shown = lines(all, look, 50);
  expect(shown.at(-1)).toBe("the end");
  expect(shown.join("").match(/0123456789/g)).toHaveLength(20_000);
  expect(shown.join("").match(/ab/g)).toHaveLength(20_000);
});

test("where no model was asked for a task there is no output to open, and no key of it in the footer", () => {
  const row = task("UI-1", "Draw it");
  const anna = new Person(storySource().set("task", "UI-1", taskFacts(row, { calls: [] })), {
    detail: { task: "UI-1", tab: "log", top: 0, anchor: null },
  });
  anna.press("O");
  expect([anna.ui.detail?.tab, anna.ui.hint]).toEqual(["log", "no model was asked for UI-1 yet"]);
  const ui = { ...anna.ui, detail: { task: "UI-1", tab: "output" as const, top: 0, anchor: null } };
  const context = keyContext(ui, anna.world, "detail");
  expect(context.output).toBe(false);
});
