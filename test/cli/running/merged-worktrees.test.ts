import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import type { Hand } from "../at-hand.ts";
import { oneTask, played } from "../played.ts";

const now = "retention: {merged_worktrees: 0}\n";

const treeOf = (hand: Hand, task: string): string =>
  join(realpathSync(hand.home), "state", "worktrees", hand.git("config", "--get", brand.gitConfigKey).trim(), task);

test("the worktree of a merged task goes with the merge, and its branch stays", async () => {
  const tasks = "tasks: [{id: A-1, goal: Say hello, risk: low}, {id: B-1, goal: Say more, risk: low, needs: [A-1]}]\n";
  // Only B-1 finds none beside it; it waits until the other has gone.
  const check = 'case "$PWD" in */B-1) until [ ! -e ../A-1 ]; do :; done;; esac';
  const hand = played(tasks, { settings: `${now}checks: [{name: alone, run: '${check}', timeout: 60s}]\n` });
  expect((await hand.say("run")).code).toBe(0);
  expect(["A-1", "B-1"].filter((task) => existsSync(treeOf(hand, task)))).toEqual([]);
  expect(hand.git("branch", "--list", `${brand.bin}/*`).trim().split("\n")).toHaveLength(3);
  expect((await hand.say("task", "A-1")).out).toContain("worktree removed; its branch has the work");
  expect((await hand.say("task", "A-1", "--diff")).out).toContain("diff --git");
});

test("a worktree in which somebody stands stays until a run is over after that", async () => {
  const hand = played(oneTask);
  expect((await hand.say("run")).code).toBe(0);
  const tree = treeOf(hand, "A-1");
  expect(existsSync(tree)).toBe(true);
  const shell = spawn("sh", ["-c", "echo here; read -r line"], { cwd: tree, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void shell.kill());
  await once(shell.stdout, "data");
  const settings = `models:\n  ann: {adapter: scripted, scenario: play.yaml}\n  bob: {adapter: scripted, scenario: play.yaml}\n`;
  hand.write(brand.settingsFile, settings + now);
  hand.write("tasks.yaml", "tasks: [{id: A-1, goal: Say hello, risk: low}, {id: B-1, goal: Say more, risk: low}]\n");
  expect((await hand.say("run")).code).toBe(0);
  expect([existsSync(tree), existsSync(treeOf(hand, "B-1"))]).toEqual([true, false]);
  shell.stdin.end("\n");
  await once(shell, "exit");
  hand.write("tasks.yaml", "tasks: [{id: A-1, goal: Say hello, risk: low}, {id: C-1, goal: Say it, risk: low}]\n");
  expect((await hand.say("run")).code).toBe(0);
  expect(existsSync(tree)).toBe(false);
});
