import { expect, test } from "vitest";

import { oneTask, played } from "../cli/played.ts";

test("the first run names ignored files that worktrees will lack, once; so does doctor, until they are copied", async () => {
  const hand = played(oneTask, {
    rules: `  - {on: {role: implementer}, edits: [{path: a.txt, write: "x"}]}\n`,
    files: { ".gitignore": ".env*\nnode_modules/\n*.log\nconfig/*.local\n.cache/\n" },
  });
  for (const path of [".env", "config/app.local", "node_modules/a/index.js", "debug.log", ".cache/x"])
    hand.write(path, "x\n");
  const lacking = "worktrees lack what git ignores here: .env, config/app.local.";
  expect((await hand.say("run")).out).toContain(lacking);
  expect((await hand.say("run")).out).not.toContain("worktrees lack");
  expect((await hand.say("doctor")).out.replaceAll(/\s+/g, " ")).toContain(lacking);
  hand.write(".worktreeinclude", ".env\nconfig/*.local\n");
  expect((await hand.say("doctor")).out).not.toContain("worktrees lack");
});
