import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { StatsView } from "../../../components/stats/StatsView.tsx";
import { Person } from "../../view/person.ts";
import { noon } from "../../view/fixtures.ts";
import { storySource } from "../../view/story.ts";
import { Terminal, viewProps } from "../terminal.tsx";

const activity = { attempts: [], cut: false, questions: [], windows: [], at: noon };

const shown = (keys: readonly string[], size: { readonly columns: number; readonly rows: number }) => {
  const source = storySource().set("activity", "", activity);
  const { ui } = new Person(source, {}, size).press("5", ...keys);
  return render(
    <Terminal size={size}>
      <StatsView {...viewProps(ui, source, size)} />
    </Terminal>,
  );
};

test("what was spent of what may be, and of when it is", () => {
  const frame = shown([], { columns: 140, rows: 40 }).lastFrame();
  expect(frame).toContain("$1.84 of $25.00");
  expect(frame).toContain("as of 12:00:00");
});

test("in a small window the rest is a few keys away", () => {
  const size = { columns: 60, rows: 12 };
  expect(shown([], size).lastFrame()).not.toContain("What happened when");
  expect(shown(["G"], size).lastFrame()).toContain("What happened when");
});
