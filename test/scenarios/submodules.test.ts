import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { git } from "../cli/at-hand.ts";
import { at, oneTask, parsed, played } from "../cli/played.ts";

test("a submodule that is set up in the checkout is filled in worktrees by set-up, and its checks see it", async () => {
  const hand = played(oneTask, {
    rules: `  - {on: {role: implementer}, edits: [{path: a.txt, write: "x"}]}\n`,
    settings: `setup: git -c protocol.file.allow=always submodule --quiet update
checks: [{name: test, run: test -e lib/there}]
`,
  });
  const lib = join(hand.home, "lib");
  mkdirSync(lib);
  writeFileSync(join(lib, "there"), "");
  git(lib, "init", "--quiet");
  git(lib, "add", "--all");
  git(lib, "commit", "--quiet", "-m", "lib");
  hand.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", lib, "lib");
  hand.git("commit", "--quiet", "-am", "with a submodule");
  expect(await hand.say("run")).toMatchObject({ code: 0 });
  expect(at(parsed((await hand.say("task", "A-1", "--json")).out), "task", "proof")).toBe("checks");
});
