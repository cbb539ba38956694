import { expect, test } from "vitest";

import { topOverlay } from "../../../src/view/screen/ui-state.ts";
import { inReview, person, type Person } from "../person.ts";

function labels(anna: Person): readonly string[] {
  const overlay = topOverlay(anna.ui);
  return overlay?.kind === "picker" ? overlay.choices.map(({ label }) => label) : [];
}

test("the task at hand is copied by its id, its branch, its path, its question", () => {
  const anna = person().press("y");
  expect(labels(anna)).toEqual(expect.arrayContaining(["the id of the task", "its question", "the id of the run"]));
  anna.press("enter");
  expect(anna.sent).toEqual([{ kind: "copy", what: "the id of the task", text: "AUTH-1" }]);
  expect(anna.overlay).toBe(null);
});

test("in a diff the line at the cursor, its place and its hunk come first", () => {
  const anna = inReview().press("n", "j", "y");
  expect(labels(anna).slice(0, 4)).toEqual(["this line", "its place", "this hunk", "the whole diff"]);
  anna.type("hunk").press("enter");
  const [copied] = anna.sent;
  expect(copied?.kind === "copy" ? copied.text : "").toMatch(/^@@ .*\n[ +-]/);
});

test("a model is copied by its name, and where there is nothing it says so", () => {
  const anna = person().press("2", "y", "enter");
  expect(anna.sent[0]).toMatchObject({ kind: "copy", what: "the name of the model" });
});
