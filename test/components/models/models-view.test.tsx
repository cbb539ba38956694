import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { ModelsView } from "../../../components/models/ModelsView.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import { noon } from "../../view/fixtures.ts";
import { Person } from "../../view/person.ts";
import { FixedSource, storySource } from "../../view/story.ts";
import { linesOf, lineWith, settled, Terminal, viewProps } from "../terminal.tsx";

const wide = { columns: 120, rows: 30 };

/** The view after a person pressed some keys. */
function shown(keys: readonly string[] = [], source = storySource(), size: Size = wide) {
  const { ui } = new Person(source, { view: "models" }, size).press(...keys);
  return render(
    <Terminal size={size}>
      <ModelsView {...viewProps(ui, source, size)} />
    </Terminal>,
  );
}

test("models stand in the order of the settings, each with sign and word, and do not jump", () => {
  const rows = linesOf(shown())
    .filter((line) => /◐|‖|· idle/.test(line))
    .slice(0, 6);
  expect(rows.map((line) => /(\w+) +(◐|‖|x|·) (\w+)/.exec(line)?.slice(1).join(" "))).toEqual([
    "opus ◐ coding",
    "gpt ◐ review",
    "sonnet ‖ held",
    "gemini ‖ resting",
    "local ◐ planning",
    "haiku · idle",
  ]);
});

test("the marker follows the keys, and the details are of the model at the marker", () => {
  expect(lineWith(shown(), "> ")).toContain("> opus");
  const screen = shown(["j", "j"]);
  expect(lineWith(screen, "> ")).toContain("> sonnet");
  expect(lineWith(screen, "─ sonnet ─")).not.toBe("");
  expect(lineWith(shown(["G"]), "> ")).toContain("> haiku");
});

test("a countdown goes on with the clock", async () => {
  const source = storySource();
  const screen = shown(["j", "j", "j"], source);
  await settled();
  expect(lineWith(screen, "> gemini")).toContain("‖ resting 0:42");
  source.set("clock", "", { now: noon + 2000, frame: 0 });
  await settled();
  expect(lineWith(screen, "> gemini")).toContain("‖ resting 0:40");
});

test("without a model it says what finds some", () => {
  const screen = shown([], new FixedSource());
  expect(lineWith(screen, "─ Models 0 ─")).not.toBe("");
  expect(screen.lastFrame()).toContain("No model is set up");
});

test("a narrow screen has no borders, and keeps name and state", () => {
  const screen = shown([], storySource(), { columns: 60, rows: 16 });
  expect(screen.lastFrame()).not.toMatch(/[╭│]/);
  expect(lineWith(screen, "> opus")).toContain("◐ coding");
  expect(lineWith(screen, "gemini")).toContain("‖ resting 0:42");
});
