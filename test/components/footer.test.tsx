import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { Footer } from "../../components/Footer.tsx";
import { brand } from "../../src/domain/brand.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { answerTo, noon, run, runSnapshot, task, tasksSnapshot } from "../view/fixtures.ts";
import { person } from "../view/person.ts";
import { FixedSource, mergeQuestion, storySource } from "../view/story.ts";
import { linesOf, settled, Terminal, viewProps } from "./terminal.tsx";

function shown(ui: Partial<UiState> = {}, source = storySource(), size: Size = { columns: 100, rows: 5 }) {
  return render(
    <Terminal size={size}>
      <Footer {...viewProps(ui, source, size)} />
    </Terminal>,
  );
}

/** The line above the keys. */
const attention = (ui: Partial<UiState> = {}, source = storySource(), size?: Size): string =>
  linesOf(shown(ui, source, size))[3] ?? "";
const keys = (ui: Partial<UiState> = {}, source = storySource(), size?: Size): string =>
  linesOf(shown(ui, source, size))[4] ?? "";
const quiet = (): FixedSource => storySource().set("review", "", { questions: [] });

describe("the line above the keys has the one thing that counts most", () => {
  test("what the task at the marker asks, and the keys that answer", () => {
    expect(attention()).toMatch(/^ \? AUTH-1 asks for a yes to its merge +a approve {2}r changes {2}x reject/);
  });

  test("elsewhere, how many wait and for how long", () => {
    expect(attention({ view: "log" })).toBe(" ? 2 tasks need you  the oldest for 7m   press 3");
  });

  test("a hint before all else", () => {
    expect(attention({ hint: "press ctrl+c again to leave" })).toBe(" press ctrl+c again to leave");
  });

  test("a dead engine, with the key that starts it", () => {
    const source = storySource().set("run", "", runSnapshot({ engine: "died" }));
    expect(attention({}, source)).toBe(
      " x the engine died: press R to start it again  what was committed is kept; an answer waits for it",
    );
  });

  test("a stopped run, and behind it who waits", () => {
    const source = storySource().set("run", "", runSnapshot({ engine: "absent", run: run({ state: "stopped" }) }));
    expect(attention({}, source)).toContain(" ■ stopped: press R to go on   ? AUTH-1 asks for a yes to its merge");
  });

  test("what can still be taken back, as long as it can", async () => {
    const source = storySource().set("review", "", {
      questions: [{ question: mergeQuestion, answer: answerTo(mergeQuestion) }],
    });
    const screen = shown({}, source);
    await settled();
    expect(linesOf(screen)[3]).toBe(" ✓ approved AUTH-1  u to undo, 4 s");
    // A clock that stood still shows no more than what was ever given.
    source.set("clock", "", { now: noon - 1500, frame: 0 });
    await settled();
    expect(linesOf(screen)[3]).toBe(" ✓ approved AUTH-1  u to undo, 5 s");
    source.set("clock", "", { now: noon + 3500, frame: 0 });
    await settled();
    expect(linesOf(screen)[3]).toBe(" ✓ approved AUTH-1  u to undo, 1 s");
    source.set("clock", "", { now: noon + 4000, frame: 0 });
    await settled();
    expect(linesOf(screen)[3]).not.toContain("undo");
  });

  test("news and errors, each with its sign, and nothing a terminal would obey", () => {
    const notice = (level: "info" | "error", text: string): string =>
      attention(
        {},
        storySource().set("run", "", runSnapshot({ notices: [{ id: "n", at: noon - 1000, level, text }] })),
      );
    expect(notice("info", "gpt is probed")).toBe(" ✓ gpt is probed");
    expect(notice("error", "no\x1b[2J such\u202e task")).toBe(" x no such task");
  });

  test("where nobody is needed, what stands in the way", () => {
    expect(attention({}, quiet())).toBe(" x 1 failed   ‖ sonnet held until 12:42 (42:00)");
  });

  test("that all is done, and no hold that nobody waits for", () => {
    const source = storySource().set("review", "", { questions: [] });
    const done = task("AUTH-0", "Split the client", { state: "DONE" });
    expect(attention({}, source)).toContain(" held ");
    expect(attention({}, source.set("tasks", "", tasksSnapshot([done])))).toBe(" ✓ all done");
  });

  test("when all is done or the run is over, the command that comes next", () => {
    const done = task("AUTH-0", "Split the client", { state: "DONE", mergeCommit: "77aa88bb99cc" });
    const next = task("NEXT-1", "What comes next");
    const over = (rows: Parameters<typeof tasksSnapshot>[0], unlanded: readonly string[]): string =>
      attention(
        {},
        quiet()
          .set("models", "", { models: [] })
          .set("run", "", runSnapshot({ engine: "absent", run: run({ state: "ended" }) }))
          .set("tasks", "", tasksSnapshot(rows, { unlanded: new Set(unlanded) })),
      );
    expect(over([done], ["AUTH-0"])).toBe(" ✓ all done   L lands 1 on your branch");
    expect(over([done], [])).toBe(" ✓ all done");
    expect(over([done, next], [])).toBe(` the run has ended, 1 to come: ${brand.bin} run in a shell begins the next`);
  });
});

describe("the last line has the keys that count here", () => {
  test("of the view", () => {
    expect(keys()).toMatch(/^ ↑↓ move {2}⏎ open {2}\/ filter {2}s sort .*\? help {2}q quit$/);
    expect(keys({ view: "review" })).toContain("c comment  n/N hunk  ]/[ file");
    expect(keys(person().press("enter").ui)).toContain("←→ tab");
  });

  test("of what lies over the view", () => {
    expect(keys(person().press("q").ui)).toBe(" y Leave it running  n no  ←→ choose  ⏎ accept");
    expect(keys(person().press("/").ui)).toBe(" ⏎ accept  esc cancel");
  });

  test("help and quit stay where it is narrow, the others go from the right", () => {
    expect(keys({}, storySource(), { columns: 60, rows: 5 })).toMatch(
      /^ ↑↓ move {2}⏎ open {2}\/ filter {2}s sort +\? help {2}q quit$/,
    );
  });
});

test("without a run there is nothing to say but the keys", () => {
  expect(attention({}, new FixedSource())).toBe("");
  expect(keys({}, new FixedSource())).toMatch(/^ ↑↓ move {2}\/ filter/);
});
