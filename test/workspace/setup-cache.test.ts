import { lstatSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { check, doTask, enter, read, scratch, write, type OpenOptions, type Scratch } from "./scratch.ts";

/** What set-up found there, and what it made: packages with a link of each kind. */
const setup = `ls node_modules >> ../../../found 2>/dev/null; echo "-- $GANDY_TASK" >> ../../../found
mkdir -p node_modules/a .venv/bin && cp lock node_modules/a/index.js && ln -sf ../a.txt node_modules/inside
ln -sf /bin/sh .venv/bin/python; ln -sf ../../../../found node_modules/outside`;

const options: OpenOptions = { setup, setupCache: { paths: ["node_modules", ".venv"], key: ["lock"] } };

function project(): Scratch {
  const own = scratch();
  write(own.project, { lock: "one\n", ".gitignore": "node_modules/\n.venv/\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "packages");
  return own;
}

const caches = (own: Scratch): readonly unknown[] =>
  own.events.flatMap((event) => (event.type === "setup.ended" ? [event.data.cache] : []));
const kept = (own: Scratch): readonly string[] => readdirSync(join(own.root, "state", "watch", "setup"));

test("a new worktree begins with a copy of what set-up made in the first, and set-up runs all the same", async () => {
  const own = project();
  const workspace = own.open(options);
  const first = await enter(own, workspace, "A");
  const second = await enter(own, workspace, "B");
  expect(caches(own)).toEqual(["made", "used"]);
  expect(read(own.root, "found")).toBe("-- A\na\ninside\n-- B\n");
  expect(own.events[0]).toMatchObject({ data: { bytes: 4 } });
  // A file of its own: what is written to one is in no other.
  const file = "node_modules/a/index.js";
  expect(statSync(join(first.path, file)).nlink).toBe(1);
  expect(statSync(join(first.path, file)).ino).not.toBe(statSync(join(second.path, file)).ino);
  writeFileSync(join(second.path, file), "forged\n");
  const third = await enter(own, workspace, "C");
  expect(read(first.path, file)).toBe("one\n");
  expect(read(third.path, file)).toBe("one\n");
  expect(readlinkSync(join(third.path, "node_modules/inside"))).toBe("../a.txt");
  // Made again by set-up: no link that leads out is copied.
  const [key = ""] = kept(own);
  const copy = join(own.root, "state", "watch", "setup", key, "files");
  expect(readdirSync(join(copy, "node_modules")).toSorted()).toEqual(["a", "inside"]);
  expect(readdirSync(join(copy, ".venv/bin"))).toEqual([]);
  expect(lstatSync(join(third.path, ".venv/bin/python")).isSymbolicLink()).toBe(true);
});

test("another lock file begins with nothing, and only the newest copies are kept", async () => {
  const own = project();
  const workspace = own.open(options);
  for (let n = 1; n <= 5; n += 1) {
    write(own.project, { lock: `${n}\n` });
    own.git(own.project, "add", ".");
    own.git(own.project, "-c", "commit.gpgsign=false", "commit", "-q", "-m", `lock ${n}`);
    await enter(own, workspace, `A${n}`);
  }
  expect(caches(own)).toEqual(["made", "made", "made", "made", "made"]);
  expect(kept(own)).toHaveLength(3);
});

test("nothing is kept of a commit that is a task's own work, nor of a tree in which its checks ran", async () => {
  const own = project();
  const workspace = own.open(options);
  const { commit, base } = await doTask(own, workspace, "A", { lock: "mine\n" });
  await workspace.snapshots.remove("A");
  // Its own tree is made anew at its own commit, and its merge is judged in a tree of ours.
  await enter(own, workspace, "A", commit);
  const request = { run: "run1", task: "A", commit, base, env: { pass: [], set: {} }, waived: null };
  const signal = new AbortController().signal;
  await workspace.gate.run({ ...request, checks: [check("test", "touch node_modules/x")], signal });
  expect(caches(own).filter((cache) => cache === "made")).toHaveLength(1);
  expect(kept(own)).toHaveLength(1);
});

test("a copy that is damaged is left, and set-up goes on without it", async () => {
  const own = project();
  const workspace = own.open(options);
  await enter(own, workspace, "A");
  const [key = ""] = kept(own);
  write(join(own.root, "state", "watch", "setup", key), { "list.json": `{"paths": ["gone"], "bytes": 1}` });
  const tree = await enter(own, workspace, "B");
  expect(read(tree.path, "node_modules/a/index.js")).toBe("one\n");
  expect(own.notes).toContainEqual(expect.stringContaining("set-up begins without its kept copy"));
});

test("a set-up that was cut off after its copy begins anew, with nothing half made", async () => {
  const own = project();
  const fails = `if test -e ../../../fail; then rm ../../../fail node_modules/a/index.js; touch node_modules/half; exit 1; fi`;
  const workspace = own.open({ ...options, setup: `${setup}\n${fails}` });
  await enter(own, workspace, "A");
  write(own.root, { fail: "" });
  await expect(enter(own, workspace, "B")).rejects.toThrow("setup failed");
  const tree = await enter(own, workspace, "B");
  expect(readdirSync(join(tree.path, "node_modules")).toSorted()).toEqual(["a", "inside", "outside"]);
  expect(caches(own)).toEqual(["made", "used"]);
  expect(readdirSync(join(own.root, "state/watch/ready")).filter((name) => name.endsWith("-begun"))).toEqual([]);
});

test("packages that are a link to elsewhere are not kept, and no copy of them is missed", async () => {
  const own = scratch();
  write(own.project, { ".gitignore": "node_modules\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "rules");
  const workspace = own.open({ ...options, setup: "ln -sfn /bin node_modules" });
  await enter(own, workspace, "A");
  await enter(own, workspace, "B");
  expect(caches(own)).toEqual(["none", "none"]);
  expect(own.notes.filter((note) => note.includes("kept copy"))).toEqual([]);
});
