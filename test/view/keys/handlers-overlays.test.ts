import { describe, expect, test } from "vitest";

import { helpLines, paletteCommands } from "../../../src/view/keys/palette.ts";
import { keyContext } from "../../../src/view/screen/screen-model.ts";
import { topOverlay } from "../../../src/view/screen/ui-state.ts";
import { answerTo } from "../fixtures.ts";
import { inReview, Person, person } from "../person.ts";
import { mergeQuestion, storySource } from "../story.ts";

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

describe("a change request that is taken back", () => {
  const given = (source: ReturnType<typeof storySource>, text: string): void => {
    const answer = answerTo(mergeQuestion, { action: "request_changes", text });
    source.set("review", "", { questions: [{ question: mergeQuestion, answer }] });
  };

  test("is a draft again, words and comments apart", () => {
    const source = storySource();
    const anna = inReview(source).press("n", "n", "down", "down", "c").type("say when").press("enter");
    anna.press("r").type("Two words").press("ctrl+s");
    given(source, "Two words\n\nsrc/auth/guard.ts:41 (removed line): say when");
    anna.sent = [];
    anna.press("u");
    const draft = {
      text: "Two words",
      comments: [{ file: "src/auth/guard.ts", line: 41, side: "old", text: "say when" }],
    };
    expect(anna.sent).toEqual([{ kind: "take_back", question: "q1", task: "AUTH-1" }]);
    expect(anna.ui.drafts["q1"]).toEqual(draft);
    source.set("review", "", { questions: [{ question: mergeQuestion, answer: null }] });
    expect(topOverlay(anna.press("r").ui)).toMatchObject({ kind: "changes", edit: { text: "Two words" } });
    expect(anna.ui.drafts["q1"]).toEqual(draft);
  });

  test("is as it was written after a crash too", () => {
    const source = storySource();
    const comments = [{ file: "src/auth/guard.ts", line: 41, side: "old" as const, text: "say when" }];
    source.set("draft", "q1", { text: "", comments });
    given(source, "src/auth/guard.ts:41 (removed line): say when");
    expect(inReview(source).press("u").sent).toEqual([{ kind: "take_back", question: "q1", task: "AUTH-1" }]);
  });

  test("gives the words as they were sent where they were written elsewhere", () => {
    const source = storySource();
    given(source, "from another terminal");
    expect(inReview(source).press("u").ui.drafts["q1"]).toEqual({ text: "from another terminal", comments: [] });
  });
});

test("what was picked from the list of commands stands first the next time", () => {
  const anna = person().press(":").type("mod").press("enter");
  expect(anna.ui.recent).toHaveLength(1);
  const [first] = paletteCommands(keyContext(anna.ui, anna.world, "tasks"), "", anna.ui.recent);
  expect(first?.id).toBe(anna.ui.recent[0]);
});

test("help is searched by words, which do nothing else; esc takes back the search, then closes", () => {
  const anna = person().press("?", "/").type("q x").press("backspace", "backspace");
  const help = topOverlay(anna.ui);
  expect(help).toMatchObject({ kind: "help", typing: true, edit: { text: "q" } });
  expect(anna.press("enter", "j").overlay).toBe("help");
  expect(anna.press("esc").overlay).toBe("help");
  expect(anna.press("esc").overlay).toBe(null);
  expect(anna.sent).toEqual([]);
});
