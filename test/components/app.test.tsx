import { describe, expect, test } from "vitest";

import { answerTo, noon, run, runSnapshot, tasksSnapshot } from "../view/fixtures.ts";
import { mergeQuestion, planQuestion, storySource, storyTasks, type FixedSource } from "../view/story.ts";
import { TestScreen, type ScreenOptions } from "./screen.tsx";
import { settled } from "./terminal.tsx";

async function mount(source: FixedSource = storySource(), options: Partial<ScreenOptions> = {}): Promise<TestScreen> {
  const screen = new TestScreen(source, { size: { columns: 100, rows: 30 }, ...options });
  await settled();
  return screen;
}

const lineWith = (screen: TestScreen, text: string): string =>
  screen.frame.split("\n").find((line) => line.includes(text)) ?? "";

describe("keys", () => {
  test("reach the list, the filter and the editor through one input", async () => {
    const screen = await mount();
    await screen.press("j", "down");
    expect(lineWith(screen, "> AUTH-3")).not.toBe("");
    await screen.press("/", "ui\r");
    expect(screen.frame).toContain("2 of 12");
    await screen.press("esc", "3", "r", "Two words", "enter", "more", "ctrl+s");
    expect(screen.sent.at(-1)).toMatchObject({ kind: "answer", action: "request_changes", text: "Two words\nmore" });
  });

  test("pasted text goes into the editor as text, and nowhere else", async () => {
    const screen = await mount(storySource(), { initial: { view: "review" } });
    await screen.paste("Xa\nq");
    expect([screen.sent, screen.frame.includes("nothing here takes pasted text")]).toEqual([[], true]);
    await screen.press("r");
    await screen.paste("one\ntwo");
    expect(screen.frame).toContain("│ one");
    expect(screen.frame).toContain("│ two");
  });

  test("the person's own editor gives its text back", async () => {
    const screen = await mount(storySource(), { initial: { view: "review" } });
    await screen.press("r", "draft", "ctrl+o");
    expect(screen.sent.at(-1)).toEqual({ kind: "edit_outside", text: "draft" });
    screen.written?.("written in vi\n");
    await settled();
    expect(screen.frame).toContain("written in vi");
  });

  test("twenty fast keys in one read are twenty keys", async () => {
    const screen = await mount();
    await screen.press("jjjjjjjjjjjjjjjjjjjj");
    expect(lineWith(screen, "> AUTH-0")).not.toBe("");
  });

  test("ctrl+c twice leaves", async () => {
    const screen = await mount();
    await screen.press("ctrl+c");
    expect(screen.frame).toContain("press ctrl+c again to leave");
    await screen.press("ctrl+c");
    expect(screen.sent).toEqual([{ kind: "leave", run: "keep" }]);
  });
});

describe("news", () => {
  test("draw themselves when their slice changes, and nothing is drawn when nothing changed", async () => {
    const source = storySource();
    const screen = await mount(source);
    const before = screen.frames;
    await settled();
    expect(screen.frames).toBe(before);
    source.set("tasks", "", tasksSnapshot(storyTasks.slice(0, 3)));
    await settled();
    expect(screen.frame).toContain("1-3/3");
  });

  test("the undo line counts down and goes", async () => {
    const source = storySource().set("review", "", {
      questions: [
        { question: mergeQuestion, answer: answerTo(mergeQuestion) },
        { question: planQuestion, answer: null },
      ],
    });
    const screen = await mount(source);
    expect(screen.frame).toContain("✓ approved AUTH-1  u to undo, 4 s");
    source.set("clock", "", { now: noon + 3100, frame: 0 });
    await settled();
    expect(screen.frame).toContain("u to undo, 1 s");
    source.set("clock", "", { now: noon + 4000, frame: 0 });
    await settled();
    expect(screen.frame).not.toContain("to undo");
  });

  test("notices stay for their time, errors longer", async () => {
    const source = storySource().set("review", "", { questions: [] });
    const notice = (level: "info" | "error", ago: number) =>
      source.set("run", "", runSnapshot({ notices: [{ id: "n", at: noon - ago, level, text: "the news" }] }));
    notice("info", 3000);
    const screen = await mount(source);
    expect(screen.frame).toContain("✓ the news");
    notice("info", 5000);
    await settled();
    expect(screen.frame).not.toContain("the news");
    notice("error", 5000);
    await settled();
    expect(screen.frame).toContain("x the news");
  });

  test("a dead engine is said wherever one is, with its key", async () => {
    const source = storySource().set("run", "", runSnapshot({ engine: "died" }));
    const screen = await mount(source);
    for (const key of ["1", "2", "3", "4", "5", "6"]) {
      await screen.press(key);
      expect(screen.frame).toContain("the engine died: press R to start it again");
    }
    await screen.press("R");
    expect(screen.sent).toEqual([{ kind: "start_engine" }]);
  });

  test.each(["stopped", "waiting"] as const)(
    "a run that is %s says how it goes on, and what else waits",
    async (state) => {
      const source = storySource().set("run", "", runSnapshot({ engine: "absent", run: run({ state }) }));
      const screen = await mount(source);
      expect(screen.frame).toContain(`■ ${state}: press R to go on   ? AUTH-1 asks for a yes to its merge`);
      await screen.press("2");
      expect(screen.frame).toContain(`■ ${state}: press R to go on   ? 2 tasks need you`);
      source.set("review", "", { questions: [] });
      await settled();
      expect(screen.frame).toContain(`■ ${state}: press R to go on`);
      await screen.press("R");
      expect(screen.sent).toEqual([{ kind: "start_engine" }]);
    },
  );

  test("what a dead engine left at work is said to have stopped", async () => {
    const source = storySource().set("run", "", runSnapshot({ engine: "died" }));
    const screen = await mount(source, { size: { columns: 140, rows: 45 }, theme: { motion: true } });
    expect(screen.frame).toContain("■ stopped");
    expect(screen.frame).not.toMatch(/opus ─+ . coding/);
    await screen.press("2");
    expect(lineWith(screen, "> opus")).toContain("■ stopped");
    expect(lineWith(screen, "AUTH-3")).toContain("interrupted AUTH-3");
    const small = await mount(source, { size: { columns: 60, rows: 16 } });
    expect(lineWith(small, "AUTH-3")).toContain("■ was running");
    expect(small.frame).not.toContain("at work");
    source.set("run", "", runSnapshot());
    await settled();
    expect(small.frame).toContain("at work");
  });

  test("a decision that waits for the next run is told from a question", async () => {
    const answer = answerTo(mergeQuestion, { action: "retry", effectiveAt: noon - 1 });
    const source = storySource()
      .set("run", "", runSnapshot({ engine: "absent", run: run({ state: "stopped" }) }))
      .set("review", "", { questions: [{ question: mergeQuestion, answer }] });
    const screen = await mount(source, { size: { columns: 140, rows: 40 } });
    expect(lineWith(screen, "> AUTH-1")).toContain("✓ decided");
    expect(screen.frame).toContain("decided: retry, at the next run");
    expect(screen.frame).not.toContain("asks for a yes to its merge");
    source.set("review", "", {
      questions: [{ question: mergeQuestion, answer: { ...answer, effectiveAt: noon + 1 } }],
    });
    await settled();
    expect(lineWith(screen, "> AUTH-1")).toContain("? needs you");
    source.set("run", "", runSnapshot()).set("review", "", { questions: [{ question: mergeQuestion, answer }] });
    await settled();
    expect(lineWith(screen, "> AUTH-1")).toContain("? needs you");
  });

  test("signs turn with the animation only where something works, and not without motion", async () => {
    const source = storySource().set("clock", "", { now: noon, frame: 1 });
    const moving = await mount(source, { theme: { motion: true } });
    expect(lineWith(moving, "Move the conf")).toContain("◓ coding");
    const still = await mount(source);
    expect(lineWith(still, "Move the conf")).toContain("◐ coding");
  });
});

test("only what is looked at is subscribed to", async () => {
  const source = storySource();
  const screen = await mount(source, { size: { columns: 140, rows: 45 } });
  const before = source.watched();
  expect(before).toEqual(expect.arrayContaining(["tasks:", "models:", "live:opus", "events:"]));
  expect(before).not.toContain("diff:AUTH-1");
  await screen.press("3");
  const inReview = source.watched();
  expect(inReview).toEqual(expect.arrayContaining(["task:AUTH-1", "diff:AUTH-1", "draft:q1"]));
  expect(inReview).not.toContain("live:opus");
  await screen.press("6");
  expect(source.watched()).not.toContain("task:AUTH-1");
});

test("another size is another frame at once", async () => {
  const screen = await mount();
  screen.resize({ columns: 60, rows: 10 });
  await settled();
  expect(screen.frame.split("\n")).toHaveLength(10);
  expect(screen.frame).toContain("> AUTH-1");
});

describe("a diff that is still read", () => {
  const loading = (): FixedSource => storySource().set("diff", "AUTH-1", { state: "loading", text: "", note: null });

  test("is waited for with words, and a spinner only where things may move", async () => {
    const still = await mount(loading(), { initial: { view: "review" } });
    expect(lineWith(still, "reading the diff")).toContain("… reading the diff");
    const moving = await mount(loading(), { initial: { view: "review" }, theme: { motion: true } });
    expect(lineWith(moving, "reading the diff")).toMatch(/[⠀-⣿] reading the diff/);
  });

  test("is shown as soon as it is there", async () => {
    const source = loading();
    const screen = await mount(source, { initial: { view: "review" } });
    source.set("diff", "AUTH-1", storySource().getSnapshot("diff", "AUTH-1"));
    await settled();
    expect(screen.frame).toContain("M src/auth/guard.ts");
  });
});
