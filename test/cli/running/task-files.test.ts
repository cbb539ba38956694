import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { endOfOutput, fileInWorktree, standingWorktree } from "../../../src/cli/running/task-files.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "task-files-"));

test("no worktree, and one that is gone, are said in words", () => {
  expect(() => standingWorktree("A-1", null)).toThrow("A-1 has no worktree yet");
  expect(() => standingWorktree("A-1", join(folder(), "gone"))).toThrow("what it did is on its branch");
  const there = folder();
  expect(standingWorktree("A-1", there)).toBe(there);
});

test("a file of the worktree is opened, whatever its name", () => {
  const worktree = folder();
  for (const name of ["a.ts", "with space.ts", "-rf", "new\nline", "検.ts"]) {
    writeFileSync(join(worktree, name), "");
    expect(fileInWorktree(worktree, name)).toBe(join(worktree, name));
  }
});

test("what leads out of the worktree, nowhere, or to what is no file is not opened", () => {
  const worktree = folder();
  const outside = join(folder(), "secret");
  writeFileSync(outside, "");
  symlinkSync(outside, join(worktree, "link"));
  symlinkSync(join(outside, ".."), join(worktree, "folder-link"));
  symlinkSync(join(worktree, "nothing"), join(worktree, "dangling"));
  mkdirSync(join(worktree, "folder"));
  execFileSync("mkfifo", [join(worktree, "pipe")]);
  expect(() => fileInWorktree(worktree, "link")).toThrow("leads out of the worktree");
  expect(() => fileInWorktree(worktree, "folder-link/secret")).toThrow("leads out of the worktree");
  expect(() => fileInWorktree(worktree, "../secret")).toThrow();
  expect(() => fileInWorktree(worktree, "dangling")).toThrow("leads nowhere");
  expect(() => fileInWorktree(worktree, "removed.ts")).toThrow("it was removed");
  for (const name of ["folder", "pipe"])
    expect(() => fileInWorktree(worktree, name)).toThrow("nothing an editor can open");
});

test("of a long output its end is read, and nothing of it is a command to the terminal", () => {
  const path = join(folder(), "out.txt");
  writeFileSync(path, `${"first\n".repeat(900_000)}\u001b[31mlast\n`);
  const text = endOfOutput(path);
  expect(text.length).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(text.endsWith("␛[31mlast\n")).toBe(true);
  expect(() => endOfOutput(`${path}.gone`)).toThrow("is gone");
});
