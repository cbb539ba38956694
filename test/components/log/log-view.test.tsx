import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { LogView } from "../../../components/log/LogView.tsx";
import { initialUi, type UiState } from "../../../src/view/screen/ui-state.ts";
import { event } from "../../view/fixtures.ts";
import { Person } from "../../view/person.ts";
import { FixedSource, storySource } from "../../view/story.ts";
import { linesOf, lineWith, settled, Terminal, viewProps } from "../terminal.tsx";

const small = { columns: 60, rows: 12 };

const shown = (log: Partial<UiState["log"]> = {}, source = storySource(), size = { columns: 100, rows: 30 }) =>
  render(
    <Terminal size={size}>
      <LogView {...viewProps({ view: "log", log: { ...initialUi.log, ...log } }, source, size)} />
    </Terminal>,
  );

test("every event has its time, its task, who did it and what happened", () => {
  const screen = shown();
  expect(lineWith(screen, "Log")).toMatch(/─ Log ─+ following ─/);
  expect(lineWith(screen, "plan of 2 steps")).toMatch(/11:51:00 AUTH-1 +opus +plan of 2 steps: Check the expiry/);
  expect(lineWith(screen, "breaker")).toMatch(/11:59:42 +gemini .*5 failures in a row/);
  expect(lineWith(screen, "failed")).toContain("WIN-1");
});

test("a filter leaves the lines that fit, and is named in the title", () => {
  const screen = shown({ filter: "auth !plan", warnings: false });
  expect(lineWith(screen, "Log")).toContain("Log  filter: auth !plan");
  expect(lineWith(screen, "c0ffee1")).toContain("AUTH-3");
  expect(screen.lastFrame()).not.toContain("plan of 2 steps");
  expect(screen.lastFrame()).not.toContain("gemini");
});

test("warnings and errors alone are said to be alone", () => {
  const screen = shown({ warnings: true });
  expect(lineWith(screen, "Log")).toContain("Log  warnings and errors");
  expect(lineWith(screen, "WIN-1")).toContain("failed");
  expect(screen.lastFrame()).not.toContain("commit c0ffee1");
});

test("nothing has happened, and nothing fits, are told apart", () => {
  expect(shown({}, new FixedSource()).lastFrame()).toContain("Nothing has happened yet");
  expect(shown({ filter: "nowhere" }).lastFrame()).toContain("No line fits the filter");
});

test("keys scroll up, where it stays when more happens, and to the end again", async () => {
  const source = storySource();
  const one = new Person(source, { view: "log" }, small).press("up", "up");
  const { ui } = one;
  const screen = render(
    <Terminal size={small}>
      <LogView {...viewProps(ui, source, small)} />
    </Terminal>,
  );
  expect(linesOf(screen)[2]).toMatch(/▼ 2 more, G for the end/);
  const first = linesOf(screen)[3];
  const { events } = source.getSnapshot("events", "");
  source.set("events", "", { events: [...events, event(1, { type: "note", data: { level: "info", text: "news" } })] });
  await settled();
  expect(linesOf(screen)[3]).toBe(first);
  expect(linesOf(screen)[2]).toMatch(/▼ 1 new, G for the end/);
  screen.rerender(
    <Terminal size={small}>
      <LogView {...viewProps(one.press("G").ui, source, small)} />
    </Terminal>,
  );
  expect(linesOf(screen).at(-1)).toContain("news");
});

test("a note that means ill is words on its line", () => {
  const text = "\x1b[2J\x1b]0;owned\x07wiped\u202e 検索\r";
  const source = new FixedSource().set("events", "", {
    events: [event(5, { type: "note", task: "T-1", data: { level: "warn", text } })],
  });
  const screen = shown({}, source);
  expect(lineWith(screen, "T-1")).toMatch(/wiped 検索/);
  expect(screen.lastFrame()).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]|owned/);
});

test("what is too long for a narrow screen goes on below its own column", () => {
  const screen = shown({ filter: "429" }, storySource(), small);
  const lines = linesOf(screen).slice(3);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain(
    "try 2 in 1s after too many requests: 429 Too Many Requests",
  );
  expect(lines[1]).toMatch(/^ {9,}\S/);
});
