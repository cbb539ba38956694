import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { modes, ModeTracker, restoreSequence, writeNow } from "../../src/terminal/modes.ts";

test("a tracker leaves what is on, in the order that is safe, and nothing else", () => {
  const tracker = new ModeTracker();
  expect(tracker.leaving()).toBe("");
  tracker.seen(`${modes.alternateScreen.on}${modes.hiddenCursor.on}\x1b[>1uframe ${modes.synchronized.on}`);
  tracker.seen(`text${modes.bracketedPaste.on}${modes.synchronized.off}`);
  expect(tracker.leaving()).toBe("\x1b[?2004l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m");
  tracker.seen(tracker.leaving());
  expect(tracker.leaving()).toBe("");
});

test("a tracker counts what is pushed on the keyboard's stack, and does not fall below its floor", () => {
  const tracker = new ModeTracker();
  tracker.seen("\x1b[<u\x1b[>1u\x1b[>3u");
  expect(tracker.leaving()).toBe("\x1b[<u\x1b[<u\x1b[0m");
});

test("a tracker does not mind what it does not know", () => {
  const tracker = new ModeTracker();
  tracker.seen("\x1b[?u\x1b[?1h\x1b[?12l\x1b[2J\x1b[?x");
  expect(tracker.leaving()).toBe("");
});

test("the restoring sequence leaves every mode there is", () => {
  const tracker = new ModeTracker();
  for (const { on } of Object.values(modes)) tracker.seen(on);
  tracker.seen("\x1b[>1u");
  tracker.seen(restoreSequence);
  expect(tracker.leaving()).toBe("");
});

test("last words are written to the end, and what cannot be written is no error", () => {
  const folder = mkdtempSync(join(tmpdir(), "modes-"));
  const file = join(folder, "out");
  const fd = openSync(file, "w");
  const text = "ä".repeat(100_000);
  writeNow(fd, text);
  closeSync(fd);
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(() => writeNow(fd, "gone")).not.toThrow();
  rmSync(folder, { recursive: true });
});
