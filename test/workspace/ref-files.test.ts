import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { branchInFiles, refInFiles } from "../../src/workspace/ref-files.ts";
import { scratch } from "./scratch.ts";

test("refs are read as git reads them: loose, packed, packed and moved, deleted, without a commit, through a worktree", async () => {
  const own = scratch();
  const { project, root } = own;
  const at = join(project, ".git");
  for (const name of ["a", "a-longer", "deep/er/b", "packed", "moved", "deleted", "töne"])
    own.git(project, "branch", name);
  own.git(project, "pack-refs", "--all");
  own.git(project, "commit", "-q", "--allow-empty", "-m", "next");
  for (const name of ["loose", "moved"]) own.git(project, "branch", "-f", name);
  own.git(project, "branch", "-D", "deleted");
  own.git(project, "tag", "-a", "-m", "a tag", "tagged");
  own.git(project, "worktree", "add", "-q", join(root, "second"), "loose");
  own.git(project, "worktree", "add", "-q", "--detach", join(root, "third"), "a");
  const places = [at, join(at, "worktrees", "second"), join(at, "worktrees", "third")];
  const branches = [
    "main",
    "a",
    "a-longe",
    "a-longer",
    "deep/er/b",
    "deep/er",
    "deep",
    "packed",
    "moved",
    "deleted",
    "loose",
  ];
  for (const place of places)
    for (const name of ["HEAD", ...branches.map((branch) => `refs/heads/${branch}`), "refs/tags/tagged"]) {
      const byGit = own.git(
        project,
        "--git-dir",
        place,
        "for-each-ref",
        "--format=%(objectname)",
        name === "HEAD" ? "refs/none" : name,
      );
      const wanted =
        name === "HEAD"
          ? own.git(project, "--git-dir", place, "rev-parse", "HEAD")
          : byGit.split("\n").length > 1
            ? ""
            : byGit;
      // A folder is no ref, also where git lists what is in it.
      const isFolder = /\/(?:deep|er)$/.test(name);
      expect([place, name, refInFiles(place, name) ?? ""]).toEqual([place, name, isFolder ? "" : wanted]);
    }
  own.git(project, "checkout", "-q", "--orphan", "unborn");
  expect(refInFiles(at, "HEAD")).toBeNull();
});

test("the branch of HEAD is told where its name is that of a branch, not of another name for one", async () => {
  const own = scratch();
  const at = join(own.project, ".git");
  expect(branchInFiles(at)).toBe("main");
  own.git(own.project, "symbolic-ref", "refs/heads/master", "refs/heads/main");
  own.git(own.project, "checkout", "-q", "master");
  expect(branchInFiles(at)).toBeUndefined();
  own.git(own.project, "checkout", "-q", "--detach");
  expect(branchInFiles(at)).toBeNull();
  own.git(own.project, "checkout", "-q", "--orphan", "unborn");
  expect(branchInFiles(at)).toBe("unborn");
  rmSync(join(at, "HEAD"));
  symlinkSync("refs/heads/main", join(at, "HEAD"));
  expect(branchInFiles(at)).toBeUndefined();
});

test("what files do not tell is left to git", async () => {
  const own = scratch();
  const { project } = own;
  const at = join(project, ".git");
  own.git(project, "branch", "other");
  own.git(project, "symbolic-ref", "refs/heads/alias", "refs/heads/other");
  symlinkSync("other", join(at, "refs/heads/link"));
  writeFileSync(join(at, "refs/heads/broken"), "no id\n");
  for (const name of ["alias", "link", "broken", "tö", "a..b", "main@{1}", "main^", "x.lock"])
    expect([name, refInFiles(at, `refs/heads/${name}`)]).toEqual([name, undefined]);
  for (const name of ["main", "refs/worktree/x", "ORIG_HEAD", "HEAD~1"])
    expect([name, refInFiles(at, name)]).toEqual([name, undefined]);
  writeFileSync(join(at, "HEAD"), "ref: refs/heads/.invalid\n");
  writeFileSync(join(at, "reftable"), "");
  expect(refInFiles(at, "HEAD")).toBeUndefined();
  expect(refInFiles(at, "refs/heads/other")).toBeUndefined();
});
