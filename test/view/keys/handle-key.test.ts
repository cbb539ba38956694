import { describe, expect, test } from "vitest";

import { lineText } from "../../../src/view/text/line.ts";
import { detailPage, reviewPage, tasksPage } from "../../../src/view/screen/pages.ts";
import { writtenOutside } from "../../../src/view/keys/handlers-overlays.ts";
import { paste } from "../../../src/view/keys/handle-key.ts";
import { openQuestions } from "../../../src/view/screen/screen-model.ts";
import type { ScreenCommand } from "../../../src/view/screen/screen-command.ts";
import { initialUi, topOverlay } from "../../../src/view/screen/ui-state.ts";
import {
  answerTo,
  check,
  event,
  hold,
  minute,
  model,
  noon,
  question,
  run,
  runSnapshot,
  step,
  task,
  taskFacts,
  tasksSnapshot,
} from "../fixtures.ts";
import { inReview, Person, person } from "../person.ts";
import { mergeQuestion, planQuestion, storySource, storyTasks, type FixedSource } from "../story.ts";

const answerOf = (sent: readonly ScreenCommand[]) =>
  sent
    .filter((command) => command.kind === "answer")
    .map(({ question: id, action, text, model: name }) => [id, action, text, name]);

describe("the list", () => {
  test("moves by keys and stays inside", () => {
    expect(person().selected).toBe("AUTH-1");
    expect(person().press("j", "down").selected).toBe("AUTH-3");
    expect(person().press("G").selected).toBe("AUTH-0");
    expect(person().press("G", "j", "k").selected).toBe("PUB-1");
    expect(person().press("k", "up").selected).toBe("AUTH-1");
    expect(person().press("jjj").selected).toBe("UI-1");
    expect(person().press("pagedown", "g").selected).toBe("AUTH-1");
  });

  test("keeps the task under the cursor when the order changes, and its row when others come above it", () => {
    const source = storySource();
    const anna = new Person(source, {}, { columns: 80, rows: 24 }).press("j", "j", "j");
    const before = tasksPage(anna.ui, anna.world).window;
    expect(anna.selected).toBe("UI-1");
    const urgent = Array.from({ length: 3 }, (_, index) =>
      task(`NEW-${index}`, "urgent", { state: "AWAITING_HUMAN", movedAt: noon - 60 * minute }),
    );
    source.set("tasks", "", tasksSnapshot([...urgent, ...storyTasks]));
    const after = tasksPage(anna.ui, anna.world).window;
    expect(anna.selected).toBe("UI-1");
    expect(after.selected - after.top).toBe(before.selected - before.top);
    source.set("tasks", "", tasksSnapshot(storyTasks.filter(({ id }) => id !== "UI-1")));
    expect(anna.selected).toBe("UI-2");
  });

  test("sorts, reverses and remembers the task", () => {
    const anna = person().press("j", "j", "s");
    expect(anna.overlay).toBe("picker");
    anna.press("down", "enter");
    expect([anna.overlay, anna.ui.tasks.sort, anna.selected]).toEqual([null, "id", "AUTH-3"]);
    expect(anna.press("S").ui.tasks.reverse).toBe(true);
    expect(anna.selected).toBe("AUTH-3");
  });

  test("filters while one types; esc leaves it as it was, enter keeps it, esc again clears it", () => {
    const anna = person().press("/").type("ui ");
    expect([anna.ui.tasks.filter, anna.overlay]).toEqual(["ui ", "filter"]);
    expect(anna.press("esc").ui.tasks.filter).toBe("");
    anna.press("/").type("model:gpt").press("enter");
    expect([anna.ui.tasks.filter, anna.overlay, anna.selected]).toEqual(["model:gpt", null, "AUTH-1"]);
    expect(anna.press("esc").ui.tasks.filter).toBe("");
  });

  test("panels take the focus in turn and can be zoomed", () => {
    const anna = person().press("tab");
    expect(anna.ui.tasks.focus).toBe("preview");
    anna.press("j");
    expect([anna.ui.tasks.previewTop, anna.selected]).toEqual([1, "AUTH-1"]);
    expect(anna.press("tab", "k").ui.tasks.events).not.toBeNull();
    expect(anna.press("G").ui.tasks.events).toBeNull();
    expect(anna.press("z").ui.tasks.zoom).toBe(true);
    expect(anna.press("tab").ui.tasks.focus).toBe("list");
    expect(anna.press("esc").ui.tasks.zoom).toBe(false);
  });
});

describe("views", () => {
  test("go by numbers and come back one level at a time", () => {
    const anna = person().press("2");
    expect(anna.ui.view).toBe("models");
    anna.press("3", "enter");
    expect([anna.ui.view, anna.ui.detail?.task]).toEqual(["review", "AUTH-1"]);
    anna.press("?");
    expect(anna.overlay).toBe("help");
    anna.press("esc", "esc");
    expect([anna.ui.view, anna.ui.detail]).toEqual(["review", null]);
    expect(anna.press("esc").ui.view).toBe("tasks");
    expect(anna.press("esc").sent).toEqual([]);
  });

  test("a task opens with its tabs, and its neighbours are one key away", () => {
    const anna = person().press("enter");
    expect(detailPage(anna.ui, anna.world, "AUTH-1").tabs).toEqual([
      "log",
      "output",
      "plan",
      "diff",
      "findings",
      "checks",
      "calls",
    ]);
    expect(detailPage(anna.press("right", "right", "right").ui, anna.world, "AUTH-1").tab).toBe("diff");
    expect(detailPage(anna.press("left", "left", "left", "left").ui, anna.world, "AUTH-1").tab).toBe("calls");
    expect(anna.press("J").ui.detail?.task).toBe("AUTH-2");
    expect(anna.press("esc").selected).toBe("AUTH-2");
  });

  test("the log follows its end until one scrolls up", () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      event(index, { type: "note", data: { level: "info", text: String(index) } }),
    );
    const anna = person({ view: "log" }, storySource().set("events", "", { events: many })).press("k");
    expect(anna.ui.log.anchor).not.toBeNull();
    expect(anna.press("G").ui.log.anchor).toBeNull();
    expect(anna.press("f").ui.log.anchor).not.toBeNull();
    expect(anna.press("f").ui.log.anchor).toBeNull();
    expect(anna.press("w").ui.log.warnings).toBe(true);
  });
});

describe("decisions", () => {
  test("approve goes out at once and the next question opens", () => {
    const anna = inReview().press("a");
    expect(answerOf(anna.sent)).toEqual([["q1", "approve", null, null]]);
    expect(anna.ui.review.question).toBe("q2");
  });

  test("approve asks once when checks fail, and the safe button is chosen", () => {
    const source = storySource();
    const facts = source.getSnapshot("task", "AUTH-1");
    if (facts !== null)
      source.set("task", "AUTH-1", { ...facts, checks: [...facts.checks, check("test", "fail", { at: noon + 1 })] });
    const anna = inReview(source).press("a");
    expect([anna.overlay, anna.sent]).toEqual(["confirm", []]);
    expect(anna.press("enter").sent).toEqual([]);
    expect(answerOf(anna.press("a", "y").sent)).toEqual([["q1", "approve", null, null]]);
    expect(anna.ui.review.question).toBe("q2");
  });

  test("reject takes a reason, which may stay empty", () => {
    expect(answerOf(inReview().press("x").type("too risky").press("enter").sent)).toEqual([
      ["q1", "reject", "too risky", null],
    ]);
    expect(answerOf(inReview().press("x", "enter").sent)).toEqual([["q1", "reject", null, null]]);
    expect(inReview().press("x", "esc").sent).toEqual([]);
  });

  test("deny is the same key where that is the legal word", () => {
    const source = storySource().set("review", "", {
      questions: [
        { question: question("b", "AUTH-1", { kind: "budget", actions: ["approve", "deny"] }), answer: null },
      ],
    });
    expect(answerOf(inReview(source).press("x", "enter").sent)).toEqual([["b", "deny", null, null]]);
  });

  test("works from the list and from an opened task as well", () => {
    expect(answerOf(person().press("j", "a").sent)).toEqual([["q2", "approve", null, null]]);
    expect(answerOf(person().press("enter", "t").sent)).toEqual([["q1", "take_over", null, null]]);
    expect(person().press("j", "j", "a").sent).toEqual([]);
  });

  test("undo takes the last one back within its time", () => {
    const source = storySource().set("review", "", {
      questions: [
        { question: mergeQuestion, answer: answerTo(mergeQuestion) },
        { question: planQuestion, answer: null },
      ],
    });
    const anna = inReview(source).press("u");
    expect(anna.sent).toEqual([{ kind: "take_back", question: "q1", task: "AUTH-1" }]);
    expect(anna.ui.review.question).toBe("q1");
    source.set("clock", "", { now: noon + 5000, frame: 0 });
    expect(inReview(source).press("u").sent).toEqual([]);
    expect(openQuestions(source.getSnapshot("review", "")).map(({ question: each }) => each.id)).toEqual(["q2"]);
  });

  test("retry with a model is picked from a list that can be narrowed", () => {
    const anna = inReview().press("m").type("gem").press("enter");
    expect(answerOf(anna.sent)).toEqual([["q1", "retry", null, "gemini"]]);
    expect(anna.overlay).toBeNull();
  });

  test("a failed task is retried by a command", () => {
    const anna = person({ tasks: { ...initialUi.tasks, filter: "WIN" } }).press("R", "m", "enter");
    expect(anna.sent).toEqual([
      { kind: "give", command: { kind: "retry", task: "WIN-1", model: null, text: null } },
      { kind: "give", command: { kind: "retry", task: "WIN-1", model: "opus", text: null } },
    ]);
  });

  test("abort asks first: as an answer where it is one, else as a command", () => {
    expect(inReview().press("X", "enter").sent).toEqual([]);
    expect(answerOf(inReview().press("X", "right", "enter").sent)).toEqual([["q1", "abort", null, null]]);
    expect(person().press("j", "j", "X", "y").sent).toEqual([
      { kind: "give", command: { kind: "abort", task: "AUTH-3", reason: "aborted by a person" } },
    ]);
  });

  test("rewind and again choose or ask", () => {
    expect(person().press("j", "j", "Z", "down", "enter").sent).toEqual([
      { kind: "give", command: { kind: "rewind", task: "AUTH-3", to: "S1" } },
    ]);
    const done = person({ tasks: { ...initialUi.tasks, filter: "AUTH-0" } })
      .press(":")
      .type("do a fin")
      .press("enter");
    expect(done.overlay).toBe("confirm");
    expect(done.press("y").sent).toEqual([{ kind: "give", command: { kind: "again", task: "AUTH-0" } }]);
  });

  test("keep and restart answer a changed backlog", () => {
    const source = storySource().set("review", "", {
      questions: [
        { question: question("b", "AUTH-3", { kind: "backlog", actions: ["keep", "restart", "abort"] }), answer: null },
      ],
    });
    expect(answerOf(inReview(source).press("o").sent)).toEqual([["b", "keep", null, null]]);
    expect(answerOf(inReview(source).press("R", "y").sent)).toEqual([["b", "restart", null, null]]);
  });
});

describe("requesting changes", () => {
  test("needs words, keeps the draft on esc, sends text and comments", () => {
    const anna = inReview().press("r", "ctrl+s");
    expect([anna.overlay, anna.ui.hint, anna.sent]).toEqual(["changes", "say what should change, or press esc", []]);
    anna.type("Two lines").press("enter").type("please").press("esc");
    expect([anna.overlay, anna.ui.drafts["q1"]?.text]).toEqual([null, "Two lines\nplease"]);
    expect(anna.sent.at(-1)).toEqual({
      kind: "save_draft",
      question: "q1",
      draft: { text: "Two lines\nplease", comments: [] },
    });
    anna.press("n", "n", "down", "down", "c").type("say when").press("enter");
    anna.sent = [];
    anna.press("r", "ctrl+s");
    const [answer, ...others] = anna.sent;
    expect(answer).toMatchObject({
      kind: "answer",
      action: "request_changes",
      text: "Two lines\nplease\n\nsrc/auth/guard.ts:41 (removed line): say when",
    });
    expect(others).toEqual([]);
    expect(anna.ui.review.question).toBe("q2");
  });

  test("takes up what was written before a crash", () => {
    const source = storySource().set("draft", "q1", { text: "from before", comments: [] });
    const anna = inReview(source).press("r");
    expect(topOverlay(anna.ui)).toMatchObject({ kind: "changes", edit: { text: "from before" } });
  });

  test("takes pasted lines and what came back from another editor", () => {
    const anna = inReview().press("r");
    anna.ui = paste(anna.ui, anna.world, "a\r\nb").ui;
    expect(anna.ui.drafts["q1"]?.text).toBe("a\nb");
    anna.press("ctrl+o");
    expect(anna.sent.at(-1)).toEqual({ kind: "edit_outside", text: "a\nb" });
    expect(writtenOutside(anna.ui, anna.world, "from vi\n").ui.drafts["q1"]?.text).toBe("from vi");
  });

  test("is not sent to another question than it was written for", () => {
    const source = storySource();
    const anna = inReview(source).press("r").type("words");
    source.set("review", "", { questions: [{ question: planQuestion, answer: null }] });
    anna.sent = [];
    anna.press("ctrl+s");
    expect([anna.sent, anna.ui.drafts["q1"]?.text, anna.overlay]).toEqual([[], "words", null]);
  });

  test("an emptied comment is removed", () => {
    const anna = inReview().press("n", "down", "c").type("x").press("enter");
    expect(anna.ui.drafts["q1"]?.comments).toHaveLength(1);
    expect(anna.press("c", "backspace", "enter").ui.drafts["q1"]?.comments).toEqual([]);
  });

  test("a comment needs a line of code", () => {
    expect(inReview().press("c").ui.hint).toBe("put the cursor on a line of code to comment on it");
  });
});

describe("the diff", () => {
  test("goes by hunk, file and section, and to the next question", () => {
    const anna = inReview();
    const at = (): string => {
      const page = reviewPage(anna.ui, anna.world);
      return page?.diff == null
        ? (page?.section ?? "")
        : lineText(page.diff.body.row(page.diff.place.item, page.diff.place.sub).text).trim();
    };
    expect(at()).toMatch(/^M src\/auth\/guard.ts/);
    anna.press("n", "n");
    expect(at()).toMatch(/^@@ -40/);
    anna.press("N");
    expect(at()).toMatch(/^@@ -12/);
    anna.press("]", "]");
    expect(at()).toMatch(/^D docs/);
    anna.press("[");
    expect(at()).toMatch(/^A test/);
    anna.press("right");
    expect(at()).toBe("findings");
    anna.press("J");
    expect(at()).toBe("plan");
  });
});

describe("models", () => {
  const on = (name: string, source = storySource()): Person => {
    const anna = person({ view: "models" }, source);
    for (let tries = 0; tries < 9 && tasksModel(anna) !== name; tries += 1) anna.press("j");
    return anna;
  };
  const tasksModel = (anna: Person): string => anna.ui.models.cursor.id ?? "opus";

  test("a held one can be tried now or kept from resuming; a resting breaker is reset", () => {
    expect(on("sonnet").press("r").sent).toEqual([{ kind: "release_hold", hold: "hold-claude-max" }]);
    expect(on("sonnet").press("d").sent).toEqual([{ kind: "keep_hold", hold: "hold-claude-max" }]);
    expect(on("gemini").press("b").sent).toEqual([{ kind: "reset_breaker", model: "gemini" }]);
    expect(on("haiku").press("o").sent).toEqual([{ kind: "hold_model", model: "haiku" }]);
    expect(on("opus").press("r", "d", "b").sent).toEqual([]);
  });

  test("the cursor follows the model when others change", () => {
    const source = storySource();
    const anna = on("haiku", source);
    source.set("models", "", { models: [model("haiku"), model("late", { holds: [hold("late")] })] });
    expect(tasksModel(anna)).toBe("haiku");
  });
});

describe("leaving", () => {
  test("asks while work is under way; leaving it running is the default", () => {
    expect(person().press("q").overlay).toBe("confirm");
    expect(person().press("q", "enter").sent).toEqual([{ kind: "leave", run: "keep" }]);
    expect(person().press("q", "right", "enter").sent).toEqual([{ kind: "leave", run: "stop" }]);
    expect(person().press("q", "right", "right", "enter").sent).toEqual([{ kind: "leave", run: "stop_now" }]);
    expect(person().press("q", "esc").sent).toEqual([]);
  });

  test("says so where nothing is under way, and then offers one way to stop", () => {
    const waits = storySource().set("tasks", "", tasksSnapshot([task("A-1", "Wait", { state: "AWAITING_HUMAN" })]));
    const dialog = topOverlay(person({}, waits).press("q").ui);
    expect(dialog).toMatchObject({ kind: "confirm", title: "The run is not over" });
    expect(person({}, waits).press("q", "right", "enter").sent).toEqual([{ kind: "leave", run: "stop" }]);
    expect(person({}, waits).press("q", "right", "right", "enter").sent).toEqual([]);
  });

  test("does not ask when nothing runs", () => {
    const source = storySource().set("run", "", runSnapshot({ engine: "absent", run: run({ state: "ended" }) }));
    expect(person({}, source).press("q").sent).toEqual([{ kind: "leave", run: "keep" }]);
  });

  test("ctrl+c cancels, then hints, then leaves", () => {
    const anna = person().press("q", "ctrl+c");
    expect([anna.overlay, anna.sent]).toEqual([null, []]);
    anna.press("ctrl+c");
    expect([anna.ui.hint, anna.sent]).toEqual(["press ctrl+c again to leave; the run goes on without this screen", []]);
    anna.press("j", "ctrl+c");
    expect(anna.sent).toEqual([]);
    expect(anna.press("ctrl+c").sent).toEqual([{ kind: "leave", run: "keep" }]);
  });

  test("suspends, repaints, pauses, stops, and starts a dead engine", () => {
    const died = storySource().set("run", "", runSnapshot({ engine: "died" }));
    expect(person().press("ctrl+z", "ctrl+l", "p").sent).toEqual([
      { kind: "suspend" },
      { kind: "repaint" },
      { kind: "give", command: { kind: "pause" } },
    ]);
    expect(person({}, died).press("R").sent).toEqual([{ kind: "start_engine" }]);
    for (const state of ["stopped", "waiting"] as const) {
      const stopped = (): FixedSource =>
        storySource().set("run", "", runSnapshot({ engine: "absent", run: run({ state }) }));
      expect(person({}, stopped()).press("R").sent).toEqual([{ kind: "start_engine" }]);
      expect(person({ view: "review" }, stopped()).press("R").sent).toEqual([{ kind: "start_engine" }]);
      for (const words of ["go on", "start", "resume"])
        expect(person({}, stopped()).press(":").type(words).press("enter").sent).toEqual([{ kind: "start_engine" }]);
    }
    expect(person().press(":").type("stop now").press("enter", "y").sent).toEqual([
      { kind: "give", command: { kind: "stop", now: true } },
    ]);
  });
});

describe("what is no key", () => {
  test("pasted text and long chunks do nothing in a view", () => {
    const anna = person();
    anna.ui = paste(anna.ui, anna.world, "X\ny\n").ui;
    expect([anna.ui.hint, anna.overlay]).toEqual(["nothing here takes pasted text", null]);
    expect(anna.press("Xyqa!").sent).toEqual([]);
  });

  test("keys in an editor are its letters", () => {
    const anna = inReview().press("r").type("aqX?1");
    expect([anna.ui.drafts["q1"]?.text, anna.ui.view]).toEqual(["aqX?1", "review"]);
  });
});

test("an empty ledger takes every key", () => {
  const source = storySource()
    .set("tasks", "", tasksSnapshot([]))
    .set("models", "", { models: [] })
    .set("review", "", { questions: [] })
    .set("events", "", { events: [] });
  const anna = person({}, source);
  for (const view of ["1", "2", "3", "4", "5", "6"])
    anna.press(
      view,
      "j",
      "k",
      "G",
      "g",
      "enter",
      "esc",
      "a",
      "x",
      "r",
      "c",
      "n",
      "]",
      "right",
      "J",
      "tab",
      "z",
      "b",
      "X",
      "m",
      "esc",
    );
  expect([anna.sent, anna.overlay]).toEqual([[], null]);
});

test("a step that turns up in a task's facts can be gone back to", () => {
  const source = storySource();
  source.set(
    "task",
    "AUTH-3",
    taskFacts(task("AUTH-3", "x", { state: "IMPLEMENTING" }), {
      steps: [step("AUTH-3", 2, "Second"), step("AUTH-3", 1, "First")],
    }),
  );
  const anna = person({}, source).press("j", "j", "Z");
  expect(topOverlay(anna.ui)).toMatchObject({
    kind: "picker",
    choices: [{ label: "plan" }, { label: "S1" }, { label: "S2" }],
  });
});

describe("the backlog from the screen", () => {
  const sent = (anna: Person) => anna.sent.filter(({ kind }) => kind !== "save_draft");

  test("takes a note for the task at hand, in the list and in the task", () => {
    expect(sent(person().press("w").type("mind the jitter").press("enter"))).toEqual([
      { kind: "note_task", task: "AUTH-1", text: "mind the jitter" },
    ]);
    const inTask = person().press("enter", "w", "enter");
    expect(inTask.ui.hint).toContain("in words");
    expect(topOverlay(inTask.press("esc").ui)).toBeNull();
    expect(sent(inTask)).toEqual([]);
  });

  test("takes a task, lets one go before others and opens its place in the file", () => {
    expect(sent(person().press("n").type("Say hello").press("enter", "+", "-", "e"))).toEqual([
      { kind: "add_task", goal: "Say hello" },
      { kind: "prioritize", task: "AUTH-1", by: 1 },
      { kind: "prioritize", task: "AUTH-1", by: -1 },
      { kind: "edit_task", task: "AUTH-1" },
    ]);
  });

  test("gives a task that is over no note and no priority", () => {
    const over = person().press("G", "w", "+", "-");
    expect(over.selected).toBe("AUTH-0");
    expect(over.overlay).toBeNull();
    expect(sent(over)).toEqual([]);
  });
});
