import { describe, expect, test } from "vitest";

import type { FixedSource } from "../story.ts";
import { marksOf } from "../../../src/view/screen/kept.ts";
import { footerLine } from "../../../src/view/keys/palette.ts";
import { keyContext, placeOf } from "../../../src/view/screen/screen-model.ts";
import { topOverlay } from "../../../src/view/screen/ui-state.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { noon, question, task, taskFacts, check, tasksSnapshot } from "../fixtures.ts";
import { Person } from "../person.ts";
import { storySource } from "../story.ts";

const actor = { kind: "person" as const, name: "anna via screen", pid: null };

/** Three plans and a merge wait. */
function waiting(): FixedSource {
  const plan = { kind: "plan" as const, actions: ["approve", "request_changes", "reject", "abort"] as const };
  const ids = ["A", "B", "C", "D"];
  return storySource()
    .set("tasks", "", tasksSnapshot(ids.map((id) => task(id, `Goal of ${id}`, { state: "AWAITING_HUMAN" }))))
    .set("review", "", {
      questions: [
        ...["A", "B", "C"].map((id) => ({ question: question(`q${id}`, id, plan), answer: null })),
        { question: question("qD", "D", { kind: "merge", actions: ["approve", "request_changes"] }), answer: null },
      ],
    });
}

const dialog = (anna: Person) => {
  const overlay = topOverlay(anna.ui);
  if (overlay?.kind !== "confirm") throw new Error("no dialog");
  return overlay;
};

describe("marks", () => {
  test("go on in the list, over a range, and are kept with the drafts", () => {
    const anna = new Person(waiting(), {}).press("space", "j", "v");
    expect(marksOf(anna.ui, anna.world)).toEqual(["A", "B", "C"]);
    expect(anna.sent.at(-1)).toEqual({
      kind: "save_draft",
      question: "marks",
      draft: { text: "", comments: [], marks: ["A", "B", "C"] },
    });
  });

  test("take all questions of one kind", () => {
    const anna = new Person(waiting(), { view: "review" }).press("*");
    expect(marksOf(anna.ui, anna.world)).toEqual(["A", "B", "C"]);
    expect(anna.ui.hint).toContain("3 questions of kind plan marked");
  });

  test("that were kept before a crash are there again", () => {
    const source = waiting().set("draft", "marks", { text: "", comments: [], marks: ["B"] });
    const anna = new Person(source, {});
    expect(marksOf(anna.ui, anna.world)).toEqual(["B"]);
  });
});

describe("an answer for all that are marked", () => {
  test("lists them, has the safe button first, and sends one decision each, all at one instant", () => {
    const anna = new Person(waiting(), { view: "review" }).press("*", "A");
    expect(dialog(anna)).toMatchObject({ title: "3 marked questions: plan", index: 0 });
    expect(dialog(anna).lines).toEqual(["A  Goal of A", "B  Goal of B", "C  Goal of C"]);
    expect(dialog(anna).buttons.map(({ label }) => label)).toEqual(["Cancel", "Approve these 3", "Reject these 3"]);
    const before = anna.sent.length;
    expect(anna.press("enter").sent).toHaveLength(before);
    anna.press("A", "right", "enter");
    const answers = anna.sent.filter(({ kind }) => kind === "answer");
    expect(answers.map((each) => ("question" in each ? each.question : ""))).toEqual(["qA", "qB", "qC"]);
    expect(answers.every((each) => each.kind === "answer" && each.at === noon)).toBe(true);
    expect(marksOf(anna.ui, anna.world)).toEqual([]);
    expect(anna.ui.review.question).toBe("qD");
  });

  test("asks for each kind by itself", () => {
    const anna = new Person(waiting(), {}).press("space", "space", "space", "space", "A");
    expect(dialog(anna).title).toBe("3 marked questions: plan");
    expect(anna.press("right", "enter").overlay).toBe("confirm");
    expect(dialog(anna)).toMatchObject({ title: "1 marked question: merge" });
    expect(dialog(anna).buttons.map(({ label }) => label)).toEqual(["Cancel", "Approve this one"]);
  });

  test("leaves out what a person has written about, and says which checks fail", () => {
    const source = waiting()
      .set("draft", "qB", { text: "", comments: [{ file: "a", line: 1, side: "new", text: "no" }] })
      .set("task", "A", { ...taskFacts(task("A", "Goal of A")), checks: [check("lint", "fail")] });
    const anna = new Person(source, { view: "review" }).press("*", "A");
    expect(dialog(anna).lines.slice(0, 2)).toEqual([
      "A  Goal of A  (fails: lint)",
      "B  Goal of B  (you have written about it: not approved with the others)",
    ]);
    expect(dialog(anna).buttons[1]?.label).toBe("Approve these 2");
  });

  test("is taken back as one, also by a screen that was not there when it was given", () => {
    const source = waiting();
    const effectiveAt = noon + 4_000;
    const asked = source.getSnapshot("review", "").questions;
    source.set("review", "", {
      questions: asked.map(({ question: one }, index) => ({
        question: one,
        answer:
          index === 3
            ? null
            : { question: one.id, action: "approve" as const, text: null, model: null, actor, effectiveAt },
      })),
    });
    const anna = new Person(source, { view: "review" }).press("u");
    expect(anna.sent.filter(({ kind }) => kind === "take_back")).toEqual(
      ["A", "B", "C"].map((id) => ({ kind: "take_back", question: `q${id}`, task: id })),
    );
    expect(marksOf(anna.ui, anna.world)).toEqual(["A", "B", "C"]);
  });
});

describe("a yes to what one has commented on", () => {
  const commented = (): Person =>
    new Person(storySource(), { view: "review" }).press("n", "j", "j", "j", "j", "c", "w", "h", "y", "enter", "a");

  test("asks what becomes of the words, and does nothing by itself", () => {
    const anna = commented();
    expect(dialog(anna).buttons.map(({ label }) => label)).toEqual([
      "Cancel",
      "Send as change request",
      "Approve, keep as a note",
      "Approve, drop them",
    ]);
    expect(anna.press("enter").sent.some(({ kind }) => kind === "answer")).toBe(false);
    expect(anna.ui.drafts["q1"]?.comments).toHaveLength(1);
  });

  test("sends them as a request for changes", () => {
    const anna = commented().press("right", "enter");
    expect(anna.sent.find(({ kind }) => kind === "answer")).toMatchObject({
      action: "request_changes",
      text: "src/auth/guard.ts:14: why",
    });
  });

  test("keeps them as a note, or drops them", () => {
    const kept = commented().press("right", "right", "enter");
    expect(kept.sent.slice(-2).map(({ kind }) => kind)).toEqual(["note_task", "answer"]);
    const dropped = commented().press("left", "enter");
    expect(dropped.sent.at(-1)?.kind).toBe("answer");
  });

  test("has them again when the answer is taken back", () => {
    for (const keys of [
      ["right", "enter"],
      ["right", "right", "enter"],
      ["left", "enter"],
    ]) {
      const anna = commented().press(...keys);
      expect(anna.ui.drafts["q1"]?.comments).toHaveLength(1);
      expect(anna.sent.some((command) => command.kind === "save_draft" && command.draft === null)).toBe(false);
    }
  });
});

describe("one answer for all that ask for one cause", () => {
  const failing = (id: string) => ({
    question: question(`q${id}`, id, {
      kind: "other",
      reason: "models",
      text: `every model failed at ${id}`,
      actions: ["retry", "abort"],
    }),
    answer: null,
  });
  const asking = () => waiting().set("review", "", { questions: ["A", "B", "C"].map(failing) });
  const answered = (anna: Person) =>
    anna.sent.flatMap((each) => (each.kind === "answer" ? [`${each.task} ${each.action} ${each.model ?? ""}`] : []));

  test("is so with a model that is chosen, and when they are given up, and can be taken back together", () => {
    const chosen = new Person(asking(), { view: "review" }).press("m");
    expect(topOverlay(chosen.ui)).toMatchObject({ title: "Retry A and 2 more with" });
    chosen.press("enter");
    expect(answered(chosen)).toEqual(["A retry opus", "B retry opus", "C retry opus"]);
    const given = new Person(asking(), { view: "review" }).press("X");
    expect(dialog(given)).toMatchObject({
      title: "Abort A and 2 more",
      lines: ["The task is given up; its branch stays."],
    });
    given.press("right", "enter");
    expect(answered(given)).toHaveLength(3);
    for (const each of [...chosen.sent, ...given.sent]) if (each.kind === "answer") expect(each.at).toBe(noon);
  });

  test("is for the one task alone where that one is opened", () => {
    const anna = new Person(asking(), {}).press("X", "right", "enter");
    expect(answered(anna)).toEqual(["A abort "]);
  });
});

test("an answer that stops the run says so before it is given", () => {
  const base = question("qA", "A", { kind: "gate", reason: "base_red", actions: ["retry", "keep", "abort"] });
  const anna = new Person(waiting().set("review", "", { questions: [{ question: base, answer: null }] }), {});
  expect(dialog(anna.press("X")).lines).toEqual(["The run stops; nothing is lost."]);
});

test("a yes is for those only whose questions mean the same by it", () => {
  const of = (id: string, reason: string) => ({
    question: question(`q${id}`, id, { kind: "other", reason, actions: ["approve", "abort"] }),
    answer: null,
  });
  const source = waiting().set("review", "", { questions: [of("A", "no_change"), of("B", "behind_back")] });
  const anna = new Person(source, { view: "review" }).press("*", "A");
  expect(dialog(anna).lines).toEqual(["A  Goal of A"]);
  expect(dialog(anna.press("right", "enter")).lines).toEqual(["B  Goal of B"]);
});

test("to go on without checks is not called to go on with them", () => {
  const red = question("qA", "A", { kind: "gate", reason: "environment", actions: ["retry", "keep", "abort"] });
  const anna = new Person(waiting().set("review", "", { questions: [{ question: red, answer: null }] }), {
    view: "review",
  });
  expect(dialog(anna.press("*", "A")).buttons.map(({ label }) => label)).toContain("Go on without: this one");
});

test("an answer for all that ask the same leaves out those one has written about", () => {
  const alike = {
    kind: "budget",
    reason: "budget",
    text: "It is spent.",
    actions: ["approve", "request_changes"],
  } as const;
  const source = waiting().set("review", "", {
    questions: ["A", "B", "C"].map((id) => ({ question: question(`q${id}`, id, alike), answer: null })),
  });
  source.set("draft", "qB", { text: "not so much", comments: [] });
  const anna = new Person(source, { view: "review" }).press("a");
  const answered = anna.sent.flatMap((command) => (command.kind === "answer" ? [command.task] : []));
  expect(answered).toEqual(["A", "C"]);
});

test("the footer of a dialog names the button that a plain yes presses", () => {
  const footer = (anna: Person): string => lineText(footerLine(keyContext(anna.ui, anna.world, placeOf(anna.ui)), 120));
  const anna = new Person(waiting(), { view: "review" }).press("*", "A");
  expect(footer(anna)).toContain("y Approve these 3  n no");
  expect(footer(new Person(storySource(), {}).press("q"))).toContain("y Leave it running  n no");
  const [yes] = anna.press("y").sent.filter(({ kind }) => kind === "answer");
  expect(yes).toMatchObject({ action: "approve" });
});
