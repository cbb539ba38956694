import { describe, expect, test } from "vitest";

import { helpLines } from "../../src/view/palette.ts";
import { keyContext } from "../../src/view/screen-model.ts";
import { topOverlay } from "../../src/view/ui-state.ts";
import { Person, person } from "./person.ts";
import { storySource } from "./story.ts";

describe("help", () => {
  const top = (anna: Person): number => {
    const overlay = topOverlay(anna.ui);
    return overlay?.kind === "help" ? overlay.top : Number.NaN;
  };

  test("scrolls by lines, by pages, and to both ends", () => {
    const anna = new Person(storySource(), {}, { columns: 80, rows: 24 }).press("?");
    const page = 20;
    const last = helpLines(keyContext(anna.ui, anna.world, "tasks"), 80).length - page;
    expect(last).toBeGreaterThan(2 * page);
    expect(top(anna.press("j", "down"))).toBe(2);
    expect(top(anna.press("k"))).toBe(1);
    expect(top(anna.press("pagedown"))).toBe(1 + page);
    expect(top(anna.press("pageup"))).toBe(1);
    expect(top(anna.press("G"))).toBe(last);
    expect(top(anna.press("pagedown", "j"))).toBe(last);
    expect(top(anna.press("g"))).toBe(0);
    expect(top(anna.press("end"))).toBe(last);
    expect(top(anna.press("home", "up", "pageup"))).toBe(0);
    expect(person().press("?", "G", "esc").overlay).toBeNull();
  });
});

describe("the palette", () => {
  test("runs nothing before something is typed or the cursor moved", () => {
    const anna = person().press(":", "enter");
    expect([anna.sent, anna.overlay, anna.ui.hint]).toEqual([
      [],
      "palette",
      "type a few letters of a command, or move to one",
    ]);
    anna.press("a", "backspace", "enter", "space", "enter");
    expect([anna.sent, anna.overlay]).toEqual([[], "palette"]);
    expect(person().press(":", "down", "enter").sent).toMatchObject([{ kind: "answer", action: "approve" }]);
    expect(person().press(":").type("approve").press("enter").sent).toMatchObject([
      { kind: "answer", action: "approve" },
    ]);
  });
});
