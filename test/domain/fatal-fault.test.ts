import { expect, test } from "vitest";

import { assertRoom } from "../../src/domain/fatal-fault.ts";
import { WorkspaceError } from "../../src/domain/workspace-error.ts";

const full = "No space left on device";

test.each([
  [
    "git's own words",
    new WorkspaceError("git", "git add failed", `error: file write error: ${full}\nfatal: adding files failed`),
  ],
  ["a used-up quota", new WorkspaceError("git", "git add failed", "fatal: write error: Disk quota exceeded")],
  ["the system's code", Object.assign(new Error("write"), { code: "ENOSPC" })],
])("a full disk is known by %s", (_what, fault) => {
  expect(() => assertRoom(fault)).toThrow("the disk is full, what was committed is kept");
});

test.each([
  [
    "a file's name in a list",
    new WorkspaceError("git", "git reset failed", `error: these would be lost:\n\tx: ${full}\nAborting`),
  ],
  [
    "a file's name in git's quotes",
    new WorkspaceError("git", "git add failed", `error: open("x: ${full}"): Permission denied`),
  ],
  [
    "a goal that a command was given",
    new WorkspaceError("git", `git update-ref -m fix: ${full}`, "fatal: no such ref"),
  ],
  ["what setup printed", new WorkspaceError("setup", "setup failed", `fatal: make: ${full}`)],
  ["another error", new Error(`x: ${full}`)],
])("a disk is not taken for full by %s", (_what, fault) => {
  expect(() => assertRoom(fault)).not.toThrow();
});
