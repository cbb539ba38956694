import { describe, expect, test } from "vitest";

import { answeredOutside } from "../../../src/view/keys/handlers-overlays.ts";
import type { ScreenCommand } from "../../../src/view/screen/screen-command.ts";
import { did } from "../stats/did.ts";
import { minute, noon, question } from "../fixtures.ts";
import { Person, person } from "../person.ts";
import { storySource } from "../story.ts";

const tell = (anna: Person, command: ScreenCommand, text: string): void => {
  anna.ui = answeredOutside(anna.ui, anna.world, command, text).ui;
};

describe("a model", () => {
  test("is held for as long as was said, with all of its account where a person means that", () => {
    const anna = person().press("2", "O").type("30m").press("enter");
    const [held] = anna.sent;
    expect(held).toMatchObject({ kind: "hold", scope: "model", untilMs: noon + 30 * minute });
    expect(anna.overlay).toBeNull();
    expect(person().press("2", "O").type("until 20:00").press("enter").sent).toMatchObject([
      { kind: "hold", untilMs: new Date(noon).setHours(20, 0, 0, 0) },
    ]);
    expect(person().press("2", "O", "enter").sent).toMatchObject([{ kind: "hold", untilMs: null }]);
    const all = person().press("2", ":").type("all models of its account").press("enter").type("2h").press("enter");
    expect(all.sent).toMatchObject([{ kind: "hold", scope: "account", untilMs: noon + 120 * minute }]);
  });

  test("is not held by words that name no time", () => {
    const anna = person().press("2", "O").type("soon").press("enter");
    expect(anna.sent).toEqual([]);
    expect(anna.overlay).toBe("prompt");
    expect(anna.ui.hint).toContain("write 30m, 2h or 20:00");
    expect(person().press("2", "O").type("2001-01-01").press("enter").ui.hint).toBe("that is over already");
  });

  test("opens at what it says now, or said last", () => {
    const working = person().press("2", "enter");
    expect(working.ui.detail).toMatchObject({ tab: "output" });
    const activity = { attempts: [did(0, { model: "haiku" })], cut: false, questions: [], windows: [], at: noon };
    const anna = person({}, storySource().set("activity", "", activity)).press("2");
    anna.ui = { ...anna.ui, models: { cursor: { ...anna.ui.models.cursor, id: "haiku" } } };
    expect(anna.press("enter").ui).toMatchObject({ detail: { task: "A", tab: "output" }, output: { call: "c0" } });
  });
});

describe("landing", () => {
  test("is looked at first and done only on a yes", () => {
    const anna = person().press("L");
    expect(anna.sent).toEqual([{ kind: "look_landing" }]);
    expect(anna.press("enter").overlay).toBeNull();
    anna.press("L");
    tell(anna, { kind: "look_landing" }, "main\n2 tasks would go\n  A  One");
    expect(anna.ui.overlays.at(-1)).toMatchObject({ lines: ["2 tasks would go", "  A  One"], index: 0 });
    anna.press("y");
    expect(anna.sent.at(-1)).toEqual({ kind: "land", into: "main" });
  });

  test("of nothing asks nothing, and an answer that comes late opens nothing", () => {
    const anna = person().press("L");
    tell(anna, { kind: "look_landing" }, "\nmain has all that was merged");
    anna.press("y");
    expect(anna.sent).toEqual([{ kind: "look_landing" }]);
    tell(anna, { kind: "look_landing" }, "main\n2 tasks would go");
    expect(anna.overlay).toBeNull();
  });
});

describe("a budget that is used up", () => {
  const asked = question("q9", "UI-2", {
    kind: "budget",
    actions: ["approve", "retry", "abort"],
    evidence: { budget: "run:R1", raiseMicros: 5_000_000, wantedMicros: 1_000_000 },
  });
  const source = () => storySource().set("review", "", { questions: [{ question: asked, answer: null }] });

  test("is raised by what its question offers, or by another amount", () => {
    const anna = person({}, source()).press("B");
    expect(anna.ui.overlays.at(-1)).toMatchObject({ of: { byMicros: 5_000_000, spent: "$1.84 spent of $25.00" } });
    expect(anna.press("enter").sent).toMatchObject([{ kind: "answer", question: "q9", action: "approve", text: null }]);
    expect(person({}, source()).press("B").type("2.5").press("enter").sent).toMatchObject([
      { action: "approve", text: "$2.50" },
    ]);
    expect(person({}, source()).press("B").type("lots").press("enter").ui.hint).toContain("no amount");
  });

  test("that nobody waits for is told with what was spent and where it is raised", () => {
    expect(person().press("B").ui.hint).toMatch(/\$1\.84 spent of \$25\.00; no task waits .*budget\.run_usd/);
  });
});

test("a report opens over the view, scrolls and closes", () => {
  const anna = new Person(storySource(), {}, { columns: 60, rows: 12 }).press(":").type("report").press("enter");
  expect(anna.sent).toEqual([{ kind: "report" }]);
  tell(anna, { kind: "report" }, Array.from({ length: 40 }, (_, at) => `line ${at}`).join("\n"));
  expect(anna.press("G").overlay).toBe("text");
  expect(anna.press("esc").overlay).toBeNull();
});
