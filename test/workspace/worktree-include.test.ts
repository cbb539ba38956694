import { existsSync, lstatSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { enter, read, scratch, write } from "./scratch.ts";

test("ignored files that .worktreeinclude names come along, and nothing else", async () => {
  const own = scratch();
  write(own.project, {
    ".gitignore": ".env*\n/local/\nnode_modules/\n*.link\n",
    ".worktreeinclude": ".env*\n!.env.production\n/local/*.json\nnotes.txt\n*.link\n",
    ".env": "A=1\n",
    ".env.production": "secret\n",
    "packages/ü b/.env.local": "B=2\n",
    "local/a.json": "{}\n",
    "local/b.txt": "b\n",
    "notes.txt": "not ignored\n",
    "node_modules/x/index.js": "x\n",
  });
  own.git(own.project, "add", ".gitignore");
  own.git(own.project, "commit", "-qm", "ignore");
  write(own.root, { "outside.txt": "outside\n" });
  symlinkSync(join(own.root, "outside.txt"), join(own.project, "out.link"));
  symlinkSync("../outside.txt", join(own.project, "up.link"));
  symlinkSync(join(own.project, "a.txt"), join(own.project, "absolute.link"));
  symlinkSync("a.txt", join(own.project, "in.link"));
  const { path } = await enter(own, own.open(), "A");
  expect([read(path, ".env"), read(path, "packages/ü b/.env.local"), read(path, "local/a.json")]).toEqual([
    "A=1\n",
    "B=2\n",
    "{}\n",
  ]);
  expect(readlinkSync(join(path, "in.link"))).toBe("a.txt");
  for (const left of [
    ".env.production",
    "local/b.txt",
    "notes.txt",
    "node_modules",
    "out.link",
    "up.link",
    "absolute.link",
  ]) {
    expect(existsSync(join(path, left))).toBe(false);
  }
  expect(own.git(path, "status", "--porcelain")).toBe("");
  expect(own.notes.join("\n")).toMatch(/copied 4 ignored files[^]*out\.link: it leads out of the repository/);
});

test("a link that a commit put into the tree is not written through, and its files are not replaced", async () => {
  const own = scratch();
  write(own.project, { ".gitignore": "cfg/secret\n.env\n", ".worktreeinclude": "secret\n.env\n" });
  own.git(own.project, "add", ".gitignore");
  own.git(own.project, "commit", "-qm", "ignore");
  const workspace = own.open();
  own.git(own.project, "checkout", "-q", "-b", "hostile");
  symlinkSync("../..", join(own.project, "cfg"));
  write(own.project, { ".env": "tracked\n" });
  own.git(own.project, "add", "-f", "cfg", ".env");
  own.git(own.project, "commit", "-qm", "hostile");
  own.git(own.project, "checkout", "-q", "main");
  write(own.project, { "cfg/secret": "s\n", ".env": "mine\n" });
  const { path } = await enter(own, workspace, "A", "hostile");
  expect(lstatSync(join(path, "cfg")).isSymbolicLink()).toBe(true);
  expect(existsSync(join(own.root, "state", "secret"))).toBe(false);
  expect(read(path, ".env")).toBe("tracked\n");
  expect(own.notes.join("\n")).toMatch(/cfg\/secret: its folder leads out of the worktree/);
});
