import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { ModelPanels } from "../../../components/models/ModelPanels.tsx";
import { tasksLayout, type Size } from "../../../src/view/layout/layout.ts";
import { momentOf } from "../../../src/view/screen/pages.ts";
import { sortedModels } from "../../../src/view/screen/screen-model.ts";
import { hold, model, noon, runSnapshot } from "../../view/fixtures.ts";
import { storySource } from "../../view/story.ts";
import { linesOf, lineWith, settled, Terminal, viewProps } from "../terminal.tsx";

const large = { columns: 140, rows: 45 };

function shown(size: Size, source = storySource()) {
  const models = sortedModels(source.getSnapshot("models", ""));
  const { world } = viewProps({}, source, size);
  const layout = tasksLayout(size, { models: models.length, zoom: false, focus: "list" });
  return render(
    <Terminal size={size}>
      <ModelPanels layout={layout} models={models} moment={momentOf(world)} source={source} />
    </Terminal>,
  );
}

describe("with room for panels", () => {
  test("each model has its state as a sign and a word", () => {
    const [, , first, ...more] = linesOf(shown(large));
    const second = more.find((line) => line.includes("gemini"));
    expect(first).toMatch(/─ opus ─+ ◐ coding ─.*─ gpt ─+ ◐ review ─.*─ sonnet ─+ ‖ held 42:00 ─/);
    expect(second).toMatch(/─ gemini ─+ ‖ resting 0:42 ─.*─ local ─+ ◐ planning ─.*─ haiku ─+ · idle ─/);
  });

  test("a working one tells its task, its use, its tool and the end of what it says", () => {
    const screen = shown(large);
    expect(lineWith(screen, "AUTH-3 S3")).toContain("2m04s");
    expect(lineWith(screen, "12 calls")).toMatch(/41\.2k tok {2}\$0\.92 {2}12 calls +▄▅▆▆▆█▆▅▄▆█▇ │/);
    expect(lineWith(screen, "▸ run:")).toContain("▸ run: npx vitest run config");
    expect(lineWith(screen, "environment win")).toContain("environment win over the file.");
  });

  test("one that cannot work tells why and what helps", () => {
    const screen = shown(large);
    expect(lineWith(screen, "account claude-max")).toContain("plan limit reached,");
    expect(lineWith(screen, "until 12:42")).not.toBe("");
    expect(lineWith(screen, "5 failures in a row")).not.toBe("");
    expect(lineWith(screen, "not called yet")).not.toBe("");
  });

  test("what it says goes on while it is looked at", async () => {
    const source = storySource();
    const screen = shown(large, source);
    await settled();
    source.set("live", "opus", { text: "All call sites are moved.", tool: null, rates: [] });
    await settled();
    expect(lineWith(screen, "All call sites")).toContain("│ All call sites are moved.");
    expect(screen.lastFrame()).not.toContain("▸ run");
  });

  test("more models than panels share the last one, a line each", () => {
    const screen = shown({ columns: 100, rows: 30 });
    const rest = linesOf(screen).slice(linesOf(screen).findIndex((line) => line.includes("─ 3 more ─")));
    expect(rest.slice(1, 4).map((line) => /││ (.*?) +│$/.exec(line)?.[1])).toEqual([
      "gemini  ‖ resting 0:42",
      "local  ◐ planning",
      "haiku  · idle",
    ]);
  });
});

test("with less room they are a table, whose last line is for the others", () => {
  const screen = shown({ columns: 80, rows: 24 });
  expect(linesOf(screen)[2]).toMatch(/^─ Models ─+$/);
  expect(lineWith(screen, "MODEL")).toMatch(/MODEL +STATE +TASK +TOKENS +COST +CALLS/);
  expect(lineWith(screen, "opus")).toMatch(/opus +◐ coding +AUTH-3 S3 +41\.2k +\$0\.92 +12 +[▁-█]+/);
  expect(lineWith(screen, "+3")).toContain("+3  gemini ‖ resting 0:42  local ◐ planning  haiku · idle");
});

test("with least room they are one line, trouble included", () => {
  expect(linesOf(shown({ columns: 60, rows: 16 })).slice(2)).toEqual([
    " ◐ opus, gpt, local at work   sonnet ‖ held 42:00",
  ]);
});

test("what an engine left behind has stopped, and is not at work", () => {
  const screen = shown(large, storySource().set("run", "", runSnapshot({ engine: "died" })));
  expect(lineWith(screen, "─ opus")).toContain("■ stopped");
  expect(screen.lastFrame()).not.toContain("coding");
});

test("names, reasons and words of others are only text", () => {
  const evil = "o\x1b[2Jp\u202eus";
  const source = storySource()
    .set("models", "", {
      models: [model(evil, { holds: [hold("a", { reason: "limit\x07\x1b]0;t\x07 国", untilMs: noon + 1000 })] })],
    })
    .set("live", evil, { text: "\x1b[31mred", tool: "\x9b5A", rates: [] });
  const screen = shown(large, source);
  expect(lineWith(screen, "─ opus ─")).toMatch(/‖ held/);
  expect(lineWith(screen, "limit 国")).not.toBe("");
  expect(screen.lastFrame()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});
