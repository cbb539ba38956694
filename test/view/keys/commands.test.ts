import { describe, expect, test } from "vitest";

import { actions, type Action } from "../../../src/domain/question.ts";
import { taskStates, type TaskState } from "../../../src/domain/task.ts";
import type { KeyContext, Place } from "../../../src/view/keys/command-spec.ts";
import {
  allCommands,
  commandFor,
  keyLabel,
  keyName,
  keysOf,
  offered,
  scopesOf,
  type KeyFlags,
} from "../../../src/view/keys/keys.ts";
import { lineText, lineWidth } from "../../../src/view/text/line.ts";
import { footerLine, helpLines, keyMapMarkdown, paletteCommands } from "../../../src/view/keys/palette.ts";

const places: readonly Place[] = [
  "tasks",
  "models",
  "review",
  "ask",
  "stats",
  "log",
  "detail",
  "line",
  "editor",
  "choices",
  "confirm",
  "help",
];
const none: KeyContext = {
  place: "tasks",
  engine: "alive",
  stopped: false,
  unfinished: true,
  paused: false,
  task: null,
  actions: [],
  canUndo: false,
  filtered: false,
  zoomed: false,
  marked: false,
  diff: false,
  finding: false,
  question: false,
  worktree: false,
  model: null,
};

/** Every context that differs in what commands look at. */
function* contexts(): Generator<KeyContext> {
  const sets: readonly (readonly Action[])[] = [
    [],
    actions,
    ["retry", "restart"],
    ...actions.map((action) => [action]),
  ];
  const states: readonly (TaskState | null)[] = [null, ...taskStates];
  const models: readonly KeyContext["model"][] = [
    null,
    { resting: true, holds: 0 },
    { resting: false, holds: 2 },
    { resting: true, holds: 1 },
  ];
  for (const place of places) {
    for (const engine of ["alive", "absent", "died"] as const) {
      for (const task of states) {
        for (const set of sets)
          for (const stopped of engine === "absent" ? [false, true] : [false])
            yield { ...none, place, engine, stopped, task, actions: set, canUndo: true, filtered: true, diff: true };
      }
      for (const model of models)
        for (const paused of [false, true]) yield { ...none, place, engine, model, paused, unfinished: paused };
    }
  }
}

describe("the registry", () => {
  test("gives each key at most one command, wherever one is", () => {
    const clashes = new Set<string>();
    for (const context of contexts()) {
      const seen = new Map<string, string>();
      for (const { id, keys } of offered(context)) {
        for (const key of keys) {
          const other = seen.get(key);
          if (other !== undefined && other !== id) clashes.add(`${key} in ${context.place}: ${other} and ${id}`);
          seen.set(key, id);
        }
      }
    }
    expect([...clashes]).toEqual([]);
  });

  test("reaches every command by some place", () => {
    const scopes = new Set(places.flatMap((place) => scopesOf(place)));
    expect(allCommands.filter(({ scope }) => !scopes.has(scope))).toEqual([]);
  });

  test("never destroys on one key: it asks first or can be undone", () => {
    const destructive = allCommands.filter(({ id }) => /abort|stop|reject|restart|rewind|again/.test(id));
    expect(destructive.filter(({ danger }) => danger === undefined)).toEqual([]);
  });

  test("offers an answer only where it is legal", () => {
    expect(commandFor("a", none)).toBeNull();
    expect(commandFor("a", { ...none, actions: ["approve"] })).toBe("decide.approve");
    expect(commandFor("x", { ...none, actions: ["deny"] })).toBe("decide.reject");
    expect(commandFor("R", { ...none, task: "FAILED" })).toBe("task.retry");
    expect(commandFor("R", { ...none, task: "AWAITING_HUMAN", actions: ["restart"] })).toBe("decide.restart");
    expect(commandFor("R", { ...none, task: "FAILED", engine: "died" })).toBe("run.resume_engine");
    const stopped: KeyContext = { ...none, engine: "absent", stopped: true };
    expect(commandFor("R", { ...stopped, task: "AWAITING_HUMAN", actions: ["retry", "restart"] })).toBe(
      "run.resume_engine",
    );
    expect(commandFor("m", { ...stopped, task: "FAILED" })).toBe("task.retry_with");
  });

  test("every legal answer has a command", () => {
    for (const action of actions) {
      const keys = offered({ ...none, task: "AWAITING_HUMAN", actions: [action] }).filter(
        ({ scope }) => scope === "task",
      );
      expect([action, keys.length > 0]).toEqual([action, true]);
    }
  });
});

describe("key names", () => {
  const flags: KeyFlags = {
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageUp: false,
    pageDown: false,
    home: false,
    end: false,
    return: false,
    escape: false,
    tab: false,
    backspace: false,
    delete: false,
    ctrl: false,
    shift: false,
    meta: false,
  };
  test.each<[string, Partial<KeyFlags>, string | null]>([
    ["a", {}, "a"],
    ["G", { shift: true }, "G"],
    ["", { upArrow: true }, "up"],
    ["\r", { return: true }, "enter"],
    ["\r", { return: true, ctrl: true }, "ctrl+enter"],
    ["\r", { return: true, shift: true }, "shift+enter"],
    ["\r", { return: true, meta: true }, "alt+enter"],
    ["\n", {}, "ctrl+j"],
    ["p", { ctrl: true }, "ctrl+p"],
    ["b", { meta: true }, "alt+b"],
    ["", { tab: true, shift: true }, "shift+tab"],
    [" ", {}, "space"],
    ["", { escape: true, meta: true }, "esc"],
    ["", { leftArrow: true, ctrl: true }, "ctrl+left"],
    ["", {}, null],
    ["a", { eventType: "release" }, null],
  ])("%j %j is %s", (input, more, name) => {
    expect(keyName(input, { ...flags, ...more })).toBe(name);
  });

  test.each([
    ["j", ["j"]],
    ["jjjjjjjj", Array.from({ length: 8 }, () => "j")],
    ["3a", ["3", "a"]],
    ["rm -rf", []],
    ["ctrl+p", ["ctrl+p"]],
    ["pagedown", ["pagedown"]],
    ["xyzzy", []],
  ])("a chunk %j is the keys %j", (chunk, keys) => {
    expect(keysOf(chunk)).toEqual(keys);
  });
});

describe("help, footer and palette", () => {
  const asking: KeyContext = { ...none, task: "AWAITING_HUMAN", actions };

  test("help lists every command once", () => {
    const text = helpLines(none, 90).map(lineText).join("\n");
    for (const { title } of allCommands) expect(text.split(title).length).toBeGreaterThan(1);
    expect(text.indexOf("Here: Tasks")).toBeLessThan(text.indexOf("Elsewhere"));
  });

  test("the footer keeps help and quit, drops the rest from the right, and says no answer twice", () => {
    for (const columns of [60, 80, 140, 300]) {
      const line = footerLine(asking, columns);
      expect(lineWidth(line)).toBe(columns);
      expect(lineText(line)).toMatch(/move.*\? help {2}q quit $/);
      expect(lineText(line)).not.toContain("approve");
    }
    expect(lineText(footerLine({ ...none, task: "FAILED" }, 100))).toContain("R retry");
  });

  test("the palette finds commands by letters in order, the best first", () => {
    expect(paletteCommands(asking, "reqch")[0]?.id).toBe("decide.changes");
    expect(paletteCommands(none, "stop now").map(({ id }) => id)).toContain("run.stop_now");
    expect(paletteCommands(none, "zzzz")).toEqual([]);
    expect(paletteCommands(none, "").some(({ id }) => id.startsWith("list.") || id.startsWith("text."))).toBe(false);
  });

  test("the key map for the documentation names every command", () => {
    expect(keyMapMarkdown().split("\n")).toHaveLength(allCommands.length + 2);
    expect(keyLabel("enter")).toBe("⏎");
  });
});
