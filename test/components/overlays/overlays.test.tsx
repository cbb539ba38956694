import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { Overlays } from "../../../components/overlays/Overlays.tsx";
import { inReview, Person, person } from "../../view/person.ts";
import { storySource } from "../../view/story.ts";
import { linesOf, lineWith, Terminal } from "../terminal.tsx";

/** What a person's keys have opened, alone on the screen. */
const over = ({ ui, world }: Person) =>
  render(
    <Terminal size={world.size}>
      <Overlays ui={ui} world={world} />
    </Terminal>,
  );

test("without anything opened there is nothing", () => {
  expect(over(person()).lastFrame()?.trim()).toBe("");
});

describe("a key opens", () => {
  test("the help", () => {
    expect(over(person().press("?")).lastFrame()).toContain("Here: Tasks");
  });

  test("the palette, which narrows down to what is typed", () => {
    const screen = over(person().press(":").type("appr"));
    expect(lineWith(screen, "›")).toContain("› appr");
    expect(lineWith(screen, "> Approve")).toMatch(/ a │/);
    expect(screen.lastFrame()).not.toContain("Reject");
  });

  test("a list of models to retry with", () => {
    const screen = over(person().press("m"));
    expect(screen.lastFrame()).toContain("AUTH-1");
    for (const name of ["opus", "gpt", "sonnet", "gemini", "local", "haiku"])
      expect(lineWith(screen, name)).not.toBe("");
  });

  test("a question before anything is aborted, with the safe answer chosen", () => {
    const screen = over(person().press("X"));
    expect(lineWith(screen, "Abort AUTH-1")).not.toBe("");
    expect(lineWith(screen, "[> ")).toContain("[> Cancel ] [  Abort ]");
  });

  test("the line of a filter, where the last line but one is", () => {
    const screen = over(person().press("/"));
    expect(linesOf(screen)).toHaveLength(44);
    expect(linesOf(screen)[43]).toContain("filter:   words, status: model: area: risk: !not ~fuzzy");
    expect(linesOf(over(person().press("/").type("ui")))[43]).toBe(" filter: ui");
    expect(lineWith(over(person({ view: "log" }).press("/")), "filter: ")).toContain("task: model: level:");
  });

  test("the reason of a rejection", () => {
    expect(lineWith(over(person().press("x")), "why?")).toContain("reject AUTH-1, why?   may stay empty; ⏎ decides");
  });

  test("a task that is added, and why nothing is added yet", () => {
    expect(lineWith(over(person().press("n")), "add a task:")).toContain("what is to be done, in one sentence");
    expect(lineWith(over(person().press("n", "enter")), "add a task:")).toContain("say it in words, or press esc");
  });

  test("a comment on a line of the diff", () => {
    const screen = over(inReview().press("n", "j", "j", "j", "j", "c").type("say when"));
    expect(lineWith(screen, "comment on")).toBe(" comment on src/auth/guard.ts:14: say when");
  });

  test("the editor of a change request, which counts the comments that go along", () => {
    const commented = inReview()
      .press("n", "j", "j", "j", "j", "c")
      .type("say when")
      .press("enter", "r")
      .type("Two words");
    const screen = over(commented);
    expect(lineWith(screen, "Request changes of AUTH-1")).toContain("1 comment attached");
    expect(lineWith(screen, "Two words")).toMatch(/^│ Two words/);
    expect(lineWith(over(inReview().press("r")), "Request changes")).not.toContain("attached");
    expect(over(inReview().press("r")).lastFrame()).toContain("what should be different?");
  });
});

test("the last one lies on top, and without it the one below is whole again", () => {
  const both = person().press("?");
  const below = linesOf(over(both));
  const { overlays } = person().press("X").ui;
  const stacked = new Person(storySource(), { overlays: [...both.ui.overlays, ...overlays] });
  expect(linesOf(over(stacked))).toHaveLength(below.length);
  expect(lineWith(over(stacked), "Abort AUTH-1")).toContain("╭─ Abort AUTH-1 ─");
  expect(linesOf(over(stacked.press("esc")))).toEqual(below);
});
