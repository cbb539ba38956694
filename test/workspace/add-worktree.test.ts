import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { enter, read, scratch } from "./scratch.ts";

const run = promisify(execFile);

test("whoever lists worktrees while others are made is told of each, and never fails over one in the making", async () => {
  const own = scratch();
  const workspace = own.open();
  const names = Array.from({ length: 24 }, (_, n) => `T-${n}`);
  const over = new AbortController();
  const made = Promise.all(names.map((name) => enter(own, workspace, name))).finally(() => over.abort());
  const listing = Array.from({ length: 3 }, async () => {
    let looks = 0;
    for (; !over.signal.aborted; looks += 1)
      await run("git", ["worktree", "list", "--porcelain"], { cwd: own.project });
    return looks;
  });
  const looks = await Promise.all(listing);
  await made;
  expect(looks.every((n) => n > 0)).toBe(true);
  const { stdout } = await run("git", ["worktree", "list", "--porcelain"], { cwd: own.project });
  for (const name of names) {
    expect(stdout).toContain(`worktree ${join(own.worktrees, name)}\n`);
    expect(read(own.project, ".git/worktrees", name, "commondir")).toBe("../..\n");
    expect(read(own.project, ".git/worktrees", name, "HEAD.new")).toBeNull();
  }
});
