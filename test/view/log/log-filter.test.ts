import { describe, expect, test } from "vitest";

import { eventLine, type EventLine } from "../../../src/view/log/event-lines.ts";
import { filteredLines } from "../../../src/view/log/log-filter.ts";
import { logPage } from "../../../src/view/screen/pages.ts";
import { event, question } from "../fixtures.ts";
import { inReview, person } from "../person.ts";
import { storySource } from "../story.ts";

const note = (n: number, task: string | undefined, level: "info" | "warn", text: string) =>
  event(n, { type: "note", ...(task === undefined ? {} : { task }), data: { level, text } });

const events = [
  note(5, "AUTH-1", "info", "Check test passed"),
  note(4, "AUTH-2", "warn", "check test failed"),
  note(3, undefined, "info", "the auth server is slow"),
  event(2, { type: "breaker.moved", data: { model: "opus", from: "closed", to: "open", reason: "five failures" } }),
  event(1, { type: "question.asked", task: "UI-1", data: { question: question("q", "UI-1", { text: "May it?" }) } }),
];
const lines = events.map(eventLine).filter((line): line is EventLine => line !== null);

describe("the log's filter", () => {
  test.each([
    ["", ["Check test passed", "check test failed", "the auth server is slow", "breaker", "May it?"]],
    ["CHECK test", ["Check test passed", "check test failed"]],
    ["auth", ["Check test passed", "check test failed", "the auth server is slow"]],
    ["task:auth !failed", ["Check test passed"]],
    ["level:warn", ["check test failed", "breaker"]],
    ["level:asks", ["May it?"]],
    ["m:opus", ["breaker"]],
    ["~brkr", ["breaker"]],
    ["!~e", []],
    ["other:thing", []],
  ])("%j", (filter, expected) => {
    const found = filteredLines(lines, filter);
    expect(found.map(({ text }) => expected.find((part) => text.includes(part)) ?? text)).toEqual(expected);
  });

  test("is written in the view, live; esc takes it back, then clears it, then leaves the view", () => {
    const log = { anchor: { at: 8, end: 8 }, warnings: false, filter: "" };
    const anna = person({ view: "log", log }, storySource().set("events", "", { events }));
    const count = (): number => logPage(anna.ui, anna.world).content.count;
    const all = count();
    anna.press("/").type("task:auth");
    expect([anna.overlay, anna.ui.log.filter, anna.ui.log.anchor, count()]).toEqual(["filter", "task:auth", null, 2]);
    expect(anna.press("esc").ui.log.filter).toBe("");
    anna.press("/").type("opus").press("enter");
    expect([anna.overlay, anna.ui.log.filter, anna.ui.tasks.filter, count()]).toEqual([null, "opus", "", 1]);
    expect(anna.press("esc").ui).toMatchObject({ view: "log", log: { filter: "" } });
    expect(count()).toBe(all);
    anna.press("/").type("x").press("enter", "delete");
    expect(anna.ui.log.filter).toBe("");
    expect(anna.press("esc").ui.view).toBe("tasks");
  });
});

describe("a key that does nothing", () => {
  test("says so until the next key", () => {
    expect(person().press("ö").ui.hint).toBe("no key ö here, ? for help");
    expect(person().press("ctrl+g").ui.hint).toBe("no key ctrl+g here, ? for help");
    expect(person().press("u").ui.hint).toBe("u (Undo the last decision (5 s)) does nothing now, ? for help");
    expect(person().press("ö", "j").ui.hint).toBeNull();
    expect(inReview().press("D").ui.hint).toBe("D (Done: I finished it in the worktree) does nothing now, ? for help");
  });

  test("says it also over the view, where ? is no help", () => {
    expect(person().press("X", "z").ui.hint).toBe("no key z here");
    expect(person().press("?", "z").ui.hint).toBe("no key z here");
  });

  test("is silent for what is typed, pasted as keys, or pressed to be sure", () => {
    expect(person().press("/", "ö").ui.hint).toBeNull();
    expect(person().press("esc").ui.hint).toBeNull();
    expect(person().press("not keys but text").ui.hint).toBeNull();
    expect(person({ armed: true, hint: "once more" }).press("ö").ui.armed).toBe(false);
  });
});
