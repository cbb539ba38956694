import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, test, vi } from "vitest";

import type { Size } from "../../src/view/layout/layout.ts";
import { asciiOnly } from "./ascii.ts";
import { hostileText } from "../view/hostile.ts";
import {
  event,
  hold,
  noon,
  plan,
  question,
  runSnapshot,
  step,
  task,
  taskFacts,
  tasksSnapshot,
} from "../view/fixtures.ts";
import { FixedSource, storySource } from "../view/story.ts";
import { TestScreen } from "./screen.tsx";
import { settled } from "./terminal.tsx";

vi.hoisted(() => {
  process.env["FORCE_COLOR"] = "3";
});

const sgr = /\x1b\[[\d;]*m/g;
const forbidden = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Exactly the rows, none wider than the columns, and nothing in it but text and colours. */
function expectFrame(frame: string, size: Size): void {
  const plainText = frame.replaceAll(sgr, "");
  const lines = plainText.split("\n");
  const wide = lines.filter((line) => stringWidth(line) > size.columns);
  expect({ size, rows: lines.length, wide, bad: forbidden.exec(plainText) }).toEqual({
    size,
    rows: size.rows,
    wide: [],
    bad: null,
  });
}

const sizes = fc.record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 3, max: 60 }) });
const keys = fc.array(
  fc.constantFrom(
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "j",
    "k",
    "G",
    "enter",
    "tab",
    "z",
    "s",
    "S",
    "r",
    "x",
    "m",
    "X",
    "c",
    "n",
    "]",
    "right",
    "left",
    "?",
    ":",
    "/",
    "q",
    "J",
    "pagedown",
    "esc",
    "漢e\u0301",
    "text",
  ),
  { maxLength: 5 },
);

/** A run whose every text is of somebody who means ill. */
function hostileSource(text: string): FixedSource {
  const source = storySource();
  const row = task("EVIL-1", text, {
    state: "AWAITING_HUMAN",
    model: text.slice(0, 20),
    spec: { details: text, area: text },
    branch: text,
    worktree: text,
  });
  const asked = question("q9", "EVIL-1", { text, askedAt: noon - 900_000, evidence: { [text]: text, list: [text] } });
  const failed = task("EVIL-2", text, { state: "FAILED", failure: { type: "gate", reason: text, message: text } });
  const diff = `diff --git a/${text} b/${text}\n--- a/${text}\n+++ b/${text}\n@@ -1,1 +1,2 @@ ${text}\n ${text.replaceAll("\n", " ")}\n+${text}`;
  return source
    .set("run", "", runSnapshot({ repository: text, notices: [{ id: "n", at: noon, level: "error", text }] }))
    .set(
      "tasks",
      "",
      tasksSnapshot([row, failed, task("T", text)], {
        holds: [hold(text, { reason: text, scope: "task", target: "T" })],
      }),
    )
    .set("review", "", { questions: [{ question: asked, answer: null }] })
    .set(
      "task",
      "EVIL-1",
      taskFacts(row, {
        steps: [step("EVIL-1", 1, text)],
        plan: {
          round: 1,
          model: text,
          plan: {
            summary: text,
            steps: plan.steps.map((each) => ({ ...each, title: text, details: text, files: [text] })),
            risks: [text],
          },
        },
        findings: [
          {
            id: "F1",
            subject: text,
            severity: "major",
            file: text,
            line: 3,
            text,
            state: "open",
            round: 1,
            reviewer: text,
          },
        ],
        checks: [
          {
            task: "EVIL-1",
            at: 1,
            name: text,
            result: "fail",
            durationMs: 1,
            output: null,
            failures: [text],
            newFailures: [text],
            tree: "",
            tail: text,
          },
        ],
      }),
    )
    .set("diff", "EVIL-1", { state: "ready", text: diff, note: null })
    .set("live", "opus", { text, tool: text, rates: [1] })
    .set("events", "", {
      events: [
        event(5, { type: "note", task: "EVIL-1", data: { level: "warn", text } }),
        event(1, { type: "note", data: { level: "info", text } }),
      ],
    });
}

test("every frame has exactly the rows and columns of the terminal, whatever the size, the text and the keys", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, hostileText, keys, async (size, text, pressed) => {
      const screen = new TestScreen(hostileSource(text), { size, theme: { depth: "truecolor" } });
      await settled();
      expectFrame(screen.frame, size);
      await screen.press(...pressed);
      expectFrame(screen.frame, size);
      screen.close();
    }),
    { numRuns: 60 },
  );
});

test("the mono theme sends no colour, only bold, dim and inverse", async () => {
  const screen = new TestScreen(storySource(), { size: { columns: 140, rows: 45 }, theme: { depth: "none" } });
  await settled();
  const codes = new Set([...screen.frame.matchAll(/\x1b\[([\d;]*)m/g)].map((found) => found[1]));
  expect([...codes].toSorted((a, b) => Number(a) - Number(b))).toEqual(["1", "2", "7", "22", "27"]);
  screen.close();
});

test("colours are of the depth that was asked for", async () => {
  const codesAt = async (depth: "16" | "256" | "truecolor"): Promise<string> => {
    const screen = new TestScreen(storySource(), { size: { columns: 140, rows: 45 }, theme: { depth } });
    await settled();
    const { frame } = screen;
    screen.close();
    return frame;
  };
  expect(await codesAt("16")).not.toMatch(/\x1b\[[34]8;/);
  expect(await codesAt("256")).toMatch(/\x1b\[38;5;\d+m/);
  expect(await codesAt("256")).not.toMatch(/\x1b\[38;2;/);
  expect(await codesAt("truecolor")).toMatch(/\x1b\[38;2;/);
});

test("ascii glyphs leave only ASCII of ours", async () => {
  const screen = new TestScreen(asciiOnly(storySource()), {
    size: { columns: 140, rows: 45 },
    theme: { glyphs: "ascii" },
  });
  for (const key of ["1", "2", "3", "4", "5", "6", "?", "esc", ":", "esc", "1", "enter"]) {
    await screen.press(key);
    expect(screen.frame.replaceAll(sgr, "").match(/[^\x20-\x7e\n]/g)).toBeNull();
  }
  screen.close();
});
