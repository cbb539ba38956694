import { expect, test } from "vitest";

import { decodeDraft, encodeDraft } from "../../src/screen/draft-text.ts";
import type { Draft } from "../../src/view/screen/screen-source.ts";
import { undoable, undoableWith } from "../../src/view/screen/screen-model.ts";
import { noon, question } from "../view/fixtures.ts";
import { openStore } from "./open-store.ts";

test("what was written, marked and viewed is read back as it was", () => {
  const draft: Draft = {
    text: "Do it\nagain",
    comments: [{ file: "a.ts", line: 3, side: "old", text: "why" }],
    marks: ["A", "B"],
    viewed: { "a.ts": "1f-20" },
  };
  expect(decodeDraft(encodeDraft(draft))).toEqual(draft);
});

test.each(['{"text":1}', "no JSON", '{"text":"a","marks":[1,"B"],"viewed":{"a":2,"b":"x"}}'])(
  "a kept text that is damaged costs what cannot be read: %s",
  (text) => {
    const read = decodeDraft(text);
    expect(read === null || (read.marks ?? []).join() === "B").toBe(true);
    expect(read?.viewed ?? { b: "x" }).toEqual({ b: "x" });
  },
);

test("a screen that is opened while an answer may be taken back offers that, for all that went out together", async () => {
  const answer = (id: string) => ({
    question: id,
    action: "approve" as const,
    text: null,
    model: null,
    actor: { kind: "person" as const, name: "anna via screen", pid: null },
    effectiveAt: noon + 4_000,
  });
  const { store } = await openStore((ledger) => {
    ledger.questionRows = ["q1", "q2"].map((id) => ({ question: question(id, `T-${id}`), answer: answer(id) }));
  });
  const review = store.getSnapshot("review", "");
  const last = undoable(review, noon);
  expect(last).not.toBeNull();
  expect(last === null ? [] : undoableWith(review, last).map((one) => one.question.id)).toEqual(["q1", "q2"]);
  expect(undoable(review, noon + 5_000)).toBeNull();
});
