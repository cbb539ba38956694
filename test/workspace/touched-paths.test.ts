import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { enter, message, scratch, write } from "./scratch.ts";

test("what is touched has all its names: of what moved both, of what links lead to also theirs, of a link and a submodule all below", async () => {
  const own = scratch();
  const commits = own.git(own.project, "rev-parse", "main");
  write(own.project, {
    "lib/a.txt": "a\n",
    "old/b.txt": "b b b\n",
    "api/x.txt": "x\n",
    ".gitmodules": '[submodule "m"]\n\tpath = api/m\n\turl = ./m\n\tignore = all\n',
  });
  symlinkSync("../lib", join(own.project, "api/shared"));
  symlinkSync("../lib", join(own.project, "api/turned"));
  own.git(own.project, "add", ".");
  own.git(own.project, "update-index", "--add", "--cacheinfo", `160000,${commits},api/m`);
  own.git(own.project, "commit", "-qm", "start");
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  write(tree.path, { "lib/a.txt": "other\n", "api/odd\nname.txt": "" });
  renameSync(join(tree.path, "old/b.txt"), join(tree.path, "lib/b.txt"));
  rmSync(join(tree.path, "api/turned"));
  symlinkSync("../old", join(tree.path, "api/turned"));
  const base = own.git(own.project, "rev-parse", "main");
  const made = await workspace.trees.commit(tree, base, message("A", "g1/main/S1/implement/1"));
  const touched = await workspace.history.touched(base, made?.commit ?? "");
  expect(touched.toSorted()).toEqual(
    [
      "api/odd\nname.txt",
      "api/shared/a.txt",
      "api/shared/b.txt",
      "api/turned",
      "api/turned/",
      "api/turned/b.txt",
      "lib/a.txt",
      "lib/b.txt",
      "old/b.txt",
    ].toSorted(),
  );

  // Whatever .gitmodules says, a submodule that was moved is seen.
  own.git(own.project, "update-index", "--cacheinfo", `160000,${base},api/m`);
  own.git(own.project, "commit", "-qm", "moved");
  const moved = own.git(own.project, "rev-parse", "main");
  expect(await workspace.history.touched(base, moved)).toEqual(["api/m", "api/m/"]);
  expect((await workspace.history.diff(base, moved, 0)).files).toMatchObject([{ path: "api/m", isLink: true }]);
});
