import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { newObjectsFolder } from "../../src/processes/enclose.ts";
import { enter, message, scratch, write } from "./scratch.ts";

test("what an agent has staged behind a wall is taken over by its content, and nothing else is", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  const objects = join(own.project, ".git/objects");
  const added = join(own.project, ".git/worktrees/A", newObjectsFolder);
  mkdirSync(join(added, "pack"), { recursive: true });
  const behind = { ...own.environment, GIT_OBJECT_DIRECTORY: added, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
  const git = (input: string, ...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: tree.path, env: behind, encoding: "utf8", input }).trim();
  write(tree.path, { "a.txt": "staged\n", "b.txt": "new\n" });
  git("", "add", "--all");
  const packed = git("in a pack\n", "hash-object", "-w", "--stdin");
  git(`${packed}\n`, "pack-objects", "-q", join(added, "pack/pack"));
  // Under the name of another object, and a link to what is no object.
  const forged = "f".repeat(40);
  const own1 = git("mine\n", "hash-object", "-w", "--stdin");
  mkdirSync(join(added, "ff"), { recursive: true });
  writeFileSync(join(added, "ff", "f".repeat(38)), "no object");
  symlinkSync("/etc/passwd", join(added, "ff", "e".repeat(38)));
  symlinkSync("/etc", join(added, "fe"));

  const made = await workspace.trees.commit(tree, "main", message("A", "g1/main/S1/implement/1"));
  expect(made?.files).toEqual(["a.txt", "b.txt"]);
  expect(own.git(own.project, "show", `${made?.commit}:b.txt`)).toBe("new");
  for (const id of [packed, own1]) expect(own.git(own.project, "cat-file", "-t", id)).toBe("blob");
  expect(existsSync(join(objects, "ff", forged.slice(2)))).toBe(false);
  expect(existsSync(join(objects, "ff", "e".repeat(38)))).toBe(false);
  expect(existsSync(added)).toBe(false);
  expect(own.git(own.project, "fsck", "--no-dangling")).toBe("");
});
