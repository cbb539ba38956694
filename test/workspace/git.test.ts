import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createGit, GitError } from "../../src/workspace/git.ts";
import { gitEnvironment, missingIdentity } from "../../src/processes/git-settings.ts";
import { checkBranch } from "../../src/workspace/workspace-context.ts";
import { instantClock, scratch } from "./scratch.ts";

test("a lock held by another git is waited for, and given up on", async () => {
  const own = scratch();
  const lock = join(own.project, ".git/refs/heads/new.lock");
  const notes: string[] = [];
  const waits: number[] = [];
  const git = createGit({
    environment: own.environment,
    note: (text) => notes.push(text),
    clock: {
      now: () => 0,
      wait: async (ms) => {
        waits.push(ms);
        if (waits.length === 3) rmSync(lock);
      },
    },
  });
  writeFileSync(lock, "");
  await git({ cwd: own.project }, ["update-ref", "refs/heads/new", "HEAD"]);
  expect(waits).toEqual([20, 40, 80]);
  expect(notes).toEqual([`another git holds a lock in ${own.project}; waiting`]);
  writeFileSync(join(own.project, ".git/index.lock"), "");
  const failed = git({ cwd: own.project }, ["add", "--all"]);
  await expect(failed).rejects.toBeInstanceOf(GitError);
  await expect(failed).rejects.toMatchObject({
    fault: "git",
    cwd: own.project,
    command: "git add --all",
  });
  expect(waits.slice(3).reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(5_000);
  expect(waits.length).toBeLessThan(30);
});

test("a ref that is not where it was thought to be is no lock", async () => {
  const own = scratch();
  let waits = 0;
  const git = createGit({
    environment: own.environment,
    note: () => undefined,
    clock: instantClock(() => (waits += 1)),
  });
  const moved = git({ cwd: own.project }, ["update-ref", "refs/heads/main", "HEAD", "f".repeat(40)]);
  await expect(moved).rejects.toThrow("but expected");
  expect(waits).toBe(0);
});

test("the environment has nothing of GIT_*, no keys, and nobody to ask", () => {
  const parent = {
    PATH: "/bin",
    HOME: "/h",
    GIT_DIR: "/x",
    GIT_CONFIG_COUNT: "1",
    OPENAI_API_KEY: "k",
    EMAIL: "a@b",
    LANG: "de_DE",
    https_proxy: "p",
    XDG_CONFIG_HOME: undefined,
  };
  const environment = gitEnvironment(parent);
  expect(environment).toMatchObject({
    PATH: "/bin",
    HOME: "/h",
    https_proxy: "p",
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
  });
  for (const name of ["GIT_DIR", "GIT_CONFIG_COUNT", "OPENAI_API_KEY", "EMAIL", "XDG_CONFIG_HOME"]) {
    expect(environment).not.toHaveProperty(name);
  }
});

test.each([
  ["", ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"]],
  ["user.name Ada Lovelace\nuser.email a@b\n", []],
  ["user.name\nuser.email a@b\n", ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"]],
  ["committer.name C\nauthor.email a@b\n", ["GIT_AUTHOR_NAME", "GIT_COMMITTER_EMAIL"]],
])("of the identity %j lacks %j", (settings, missing) => {
  expect(Object.keys(missingIdentity(settings))).toEqual(missing);
});

test("names of branches are those that git takes", () => {
  const name = fc.string({
    unit: fc.constantFrom(
      "a",
      "B",
      "/",
      ".",
      "-",
      "@",
      "{",
      "~",
      "^",
      ":",
      " ",
      "\\",
      "*",
      "é",
      ".lock",
      "HEAD",
      "[",
      "?",
    ),
    maxLength: 6,
  });
  const property = fc.property(name, (branch) => {
    const byGit = isTaken(() => execFileSync("git", ["check-ref-format", `refs/heads/${branch}`], { stdio: "ignore" }));
    // What git allows and its own commands then take for something else.
    const mistaken = branch.startsWith("-") || branch === "HEAD" || branch === "@";
    expect({ branch, taken: isTaken(() => checkBranch(branch)) }).toEqual({ branch, taken: byGit && !mistaken });
  });
  fc.assert(property, { numRuns: 150, examples: [["-"], ["@{-1}"], ["a.lock/b"], ["HEAD"], ["@"], ["a/HEAD"]] });
});

function isTaken(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
