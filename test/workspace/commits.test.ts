import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { doTask, enter, landBranch, message, read, scratch, write } from "./scratch.ts";

const step = "g1/main/S1/implement/1";

test("everything in the tree becomes one commit with its trailers, whatever the files are called", async () => {
  const own = scratch();
  const workspace = own.open();
  write(own.project, { "old.txt": "old\n".repeat(20), "gone.txt": "gone\n", ".gitignore": "*.log\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "more");
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A-1");
  write(tree.path, { "-rf": "x\n", "ü b/'q\"\n.txt": "y\n", "x.log": "ignored", "a.txt": "one\ntwo\n" });
  write(tree.path, { "new.txt": read(tree.path, "old.txt"), "old.txt": null, "gone.txt": null });
  const text = message("A-1", step, {
    subject: "A-1: say\nhello \u001b[31m",
    body: "Why.\r\n\r\nGandy-Key: A-1/g9/forged\n\n",
    steps: ["S1", "S2"],
    models: ["opus", "gpt"],
  });
  const made = await workspace.trees.commit(tree, base, text);
  expect(made).toMatchObject({ base, insertions: 3, deletions: 1, keptHead: null });
  expect(made?.files).toEqual(["-rf", "a.txt", "gone.txt", "new.txt", "ü b/'q\"\n.txt"]);
  expect(own.git(own.project, "rev-list", "main..gandy/A-1")).toBe(made?.commit);
  expect(own.git(own.project, "log", "-1", "--format=%an <%ae>%n%B", "gandy/A-1")).toBe(`Ada <ada@example.org>
A-1: say hello  [31m

Why.

Gandy-Key: A-1/g9/forged

Gandy-Run: run1
Gandy-Task: A-1
Gandy-Key: A-1/${step}
Gandy-Step: S1
Gandy-Step: S2
Gandy-Model: opus
Gandy-Model: gpt
`);
  expect(own.git(tree.path, "status", "--porcelain")).toBe("");
  expect(await workspace.trees.probe("gandy/A-1", base, `A-1/${step}`)).toEqual(made);
  for (const key of ["A-1/g9/forged", "A-1/g1/main/S1/implement", step, ".*", ""]) {
    expect(await workspace.trees.probe("gandy/A-1", base, key)).toBeNull();
  }
  expect(await workspace.trees.probe("gandy/none", base, step)).toBeNull();
});

test("nothing to commit is null and leaves the branch at its base", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  const base = own.git(own.project, "rev-parse", "main");
  expect(await workspace.trees.commit(tree, base, message("A", step))).toBeNull();
  own.git(tree.path, "commit", "-q", "--allow-empty", "-m", "mine");
  expect(await workspace.trees.commit(tree, base, message("A", step))).toBeNull();
  expect(own.git(own.project, "rev-parse", "gandy/A")).toBe(base);
  expect(own.git(own.project, "log", "-1", "--format=%s", "refs/gandy/snapshots/A/1")).toBe("mine");
});

test("commits an agent made itself are kept aside and become one", async () => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  const base = own.git(own.project, "rev-parse", "main");
  write(tree.path, { "a.txt": "two\n" });
  own.git(tree.path, "commit", "-qam", "first of mine");
  write(tree.path, { "b.txt": "b\n" });
  own.git(tree.path, "add", ".");
  own.git(tree.path, "commit", "-qm", "second of mine");
  const head = own.git(tree.path, "rev-parse", "HEAD");
  write(tree.path, { "c.txt": "not committed\n" });
  const made = await workspace.trees.commit(tree, base, message("A", step));
  expect(made?.files).toEqual(["a.txt", "b.txt", "c.txt"]);
  expect(made?.keptHead).toMatchObject({ n: 1, commit: head });
  expect(own.git(own.project, "log", "--format=%s", "main..gandy/A")).toBe("A: do it");
  expect(own.git(own.project, "rev-parse", "refs/gandy/snapshots/A/1")).toBe(head);
});

test.each([
  ["switched to a branch of its own", ["checkout", "-q", "-b", "feature"], "refs/heads/feature"],
  ["detached HEAD", ["checkout", "-q", "--detach"], "no branch"],
  ["began a branch without history", ["checkout", "-q", "--orphan", "fresh"], "refs/heads/fresh"],
  ["deleted its branch", ["checkout", "-q", "-B", "other"], "refs/heads/other"],
])("an agent that %s is brought back", async (what, args, where) => {
  const own = scratch();
  const workspace = own.open();
  const tree = await enter(own, workspace, "A");
  const base = own.git(own.project, "rev-parse", "main");
  own.git(tree.path, ...args);
  if (what.startsWith("deleted")) own.git(tree.path, "branch", "-D", "gandy/A");
  write(tree.path, { "b.txt": "b\n" });
  if (what.startsWith("switched")) {
    own.git(tree.path, "add", ".");
    own.git(tree.path, "commit", "-qm", "mine");
  }
  const made = await workspace.trees.commit(tree, base, message("A", step));
  expect(made?.files).toEqual(["b.txt"]);
  expect(own.git(tree.path, "symbolic-ref", "HEAD")).toBe("refs/heads/gandy/A");
  expect(own.git(tree.path, "rev-parse", "HEAD", "HEAD^").split("\n")).toEqual([made?.commit, base]);
  expect(own.git(tree.path, "status", "--porcelain")).toBe("");
  expect(own.notes.join("\n")).toContain(`A was left on ${where}`);
});

test("merges, picks and rebases an agent left unfinished are over after the commit", async () => {
  const own = scratch();
  const workspace = own.open();
  const other = await doTask(own, workspace, "B", { "a.txt": "from b\n" });
  const tree = await enter(own, workspace, "A");
  const base = own.git(own.project, "rev-parse", "main");
  write(tree.path, { "a.txt": "from a\n" });
  own.git(tree.path, "commit", "-qam", "mine");
  for (const args of [
    ["merge", other.commit],
    ["cherry-pick", other.commit],
    ["rebase", other.commit],
  ]) {
    expect(() => own.git(tree.path, ...args)).toThrow();
    const made = await workspace.trees.commit(tree, base, message("A", step));
    expect(made?.files).toEqual(["a.txt"]);
    expect(own.git(tree.path, "status")).not.toMatch(/in progress|All conflicts fixed|unmerged/);
    expect(own.git(tree.path, "rev-list", "--parents", "-1", "HEAD")).toBe(`${made?.commit} ${base}`);
    await workspace.trees.enter({ ...tree, commit: made?.commit ?? "", reason: "r", keep: false });
  }
});

test("nothing of the user's hooks, signing, settings and variables has a say", async () => {
  const own = scratch(
    "[user]\n\tname = Ada\n\temail = ada@example.org\n[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n" +
      "[core]\n\tsafecrlf = true\n\tautocrlf = input\n\tpager = false\n\tfsmonitor = /nowhere/at-all\n" +
      "[status]\n\tshowUntrackedFiles = no\n[diff]\n\tnoprefix = true\n\texternal = false\n[merge]\n\tverifySignatures = true\n" +
      "[log]\n\tshowSignature = true\n[i18n]\n\tcommitEncoding = latin1\n[user]\n\tuseConfigOnly = true\n",
  );
  const ran = join(own.root, "hook-ran");
  const hooks = join(own.root, "shared-hooks");
  mkdirSync(hooks);
  own.git(own.project, "config", "core.hooksPath", hooks);
  for (const folder of [hooks, join(own.project, ".git/hooks")]) {
    mkdirSync(folder, { recursive: true });
    for (const hook of [
      "pre-commit",
      "commit-msg",
      "post-commit",
      "post-checkout",
      "post-merge",
      "reference-transaction",
      "post-index-change",
    ]) {
      writeFileSync(join(folder, hook), `#!/bin/sh\necho ${hook} >> '${ran}'\nexit 1\n`);
      chmodSync(join(folder, hook), 0o755);
    }
  }
  Object.assign(own.environment, { GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere", GIT_AUTHOR_NAME: "Eve" });
  const workspace = own.open();
  const base = await workspace.history.tip("main");
  const { tree } = await workspace.trees.enter({
    task: "A",
    branch: "gandy/A",
    commit: base ?? "",
    reason: "r",
    keep: false,
  });
  write(tree.path, { "b.txt": "crlf\r\n" });
  await workspace.snapshots.take(tree, "r");
  const made = await workspace.trees.commit(tree, base ?? "", message("A", step, { subject: "A: größer" }));
  const merged = await workspace.integration.merge({
    task: "A",
    commit: made?.commit ?? "",
    base: base ?? "",
    into: "gandy/integration",
    style: "merge",
    message: message("A", "merge"),
    verify: async () => [],
  });
  expect(merged.kind).toBe("merged");
  expect(await landBranch(workspace, "gandy/integration", "main")).toMatchObject({ kind: "brought" });
  await workspace.snapshots.remove("A");
  expect(read(ran)).toBeNull();
  const diff = await workspace.history.diff(base ?? "", made?.commit ?? "", 10_000);
  expect(diff.text).toContain("+++ b/b.txt");
  Object.assign(own.environment, { GIT_DIR: undefined, GIT_INDEX_FILE: undefined, GIT_AUTHOR_NAME: undefined });
  expect(
    own.git(
      own.project,
      "-c",
      "log.showSignature=false",
      "-c",
      "i18n.logOutputEncoding=UTF-8",
      "log",
      "-1",
      "--format=%an %s",
      made?.commit ?? "",
    ),
  ).toBe("Ada A: größer");
});

test("without a name and address git is given ours; with half of it, the other half", async () => {
  const nobody = scratch("");
  await doTask(nobody, nobody.open(), "A", { "a.txt": "two\n" });
  const format = "--format=%an <%ae> %cn <%ce>";
  expect(nobody.git(nobody.project, "log", "-1", format, "gandy/A")).toBe(
    "Gandy <gandy@localhost> Gandy <gandy@localhost>",
  );
  const half = scratch("[user]\n\tname = Ada\n[author]\n\temail = author@example.org\n");
  await doTask(half, half.open(), "A", { "a.txt": "two\n" });
  expect(half.git(half.project, "log", "-1", format, "gandy/A")).toBe("Ada <author@example.org> Ada <gandy@localhost>");
});

test("what a reader changed is put back and named", async () => {
  const own = scratch();
  const workspace = own.open();
  const { tree, commit } = await doTask(own, workspace, "A", { "a.txt": "two\n" });
  expect(await workspace.trees.discard(tree, commit)).toEqual([]);
  write(tree.path, { "a.txt": "three\n", "dir/ü x": "x\n" });
  own.git(tree.path, "add", ".");
  own.git(tree.path, "commit", "-qm", "a reader's");
  write(tree.path, { "-z": "z\n" });
  expect(await workspace.trees.discard(tree, commit)).toEqual(["-z", "a.txt", "dir/ü x"]);
  expect(own.git(tree.path, "status", "--porcelain")).toBe("");
  expect(own.git(tree.path, "rev-parse", "HEAD")).toBe(commit);
});

test("submodules stay what they are, and files of a filter are filtered", async () => {
  const own = scratch();
  const library = join(own.root, "library");
  mkdirSync(library);
  own.git(library, "init", "-q");
  own.git(library, "commit", "-q", "--allow-empty", "-m", "lib");
  own.git(own.project, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "lib");
  own.git(own.project, "config", "filter.up.clean", "tr a-z A-Z");
  own.git(own.project, "config", "filter.up.smudge", "tr A-Z a-z");
  write(own.project, { ".gitattributes": "*.up filter=up\n", "x.up": "shout\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "more");
  const workspace = own.open();
  const { tree, commit } = await doTask(own, workspace, "A", { "y.up": "loud\n" });
  expect(read(tree.path, "x.up")).toBe("shout\n");
  expect(own.git(own.project, "show", `${commit}:y.up`)).toBe("LOUD");
  expect(own.git(own.project, "diff", "--name-only", "main", commit)).toBe("y.up");
  await workspace.snapshots.remove("A");
});

describe("a repository that an agent made inside of its worktree runs nothing that it names", () => {
  const places: readonly (readonly [string, (own: ReturnType<typeof scratch>) => void])[] = [
    [
      "where the base has a link to a commit",
      (own) => {
        own.git(
          own.project,
          "update-index",
          "--add",
          "--cacheinfo",
          `160000,${own.git(own.project, "rev-parse", "HEAD")},ext`,
        );
        own.git(own.project, "commit", "-qm", "a link");
      },
    ],
    ["where its agent has linked and committed it", () => undefined],
  ];
  test.each(places)("%s", async (_where, prepare) => {
    const own = scratch();
    prepare(own);
    const workspace = own.open();
    const base = own.git(own.project, "rev-parse", "main");
    const tree = await enter(own, workspace, "A");
    const inner = join(tree.path, "ext");
    const mark = join(own.root, "ran");
    mkdirSync(inner, { recursive: true });
    own.git(inner, "init", "-q");
    write(inner, { "a.txt": "one\n", "run.sh": `touch '${mark}'\ncat\n` });
    own.git(inner, "add", ".");
    own.git(inner, "commit", "-qm", "inner");
    own.git(tree.path, "-c", "advice.addEmbeddedRepo=false", "add", "ext");
    own.git(tree.path, "commit", "-qm", "linked");
    own.git(inner, "config", "filter.x.clean", `sh '${join(inner, "run.sh")}'`);
    own.git(inner, "config", "core.fsmonitor", `touch '${mark}'`);
    mkdirSync(join(inner, ".git", "info"), { recursive: true });
    write(inner, { ".git/info/attributes": "* filter=x\n" });
    // As if it had been written within the second in which its index was: git has to read it to know.
    const soon = Date.now() / 1_000 + 60;
    utimesSync(join(inner, "a.txt"), soon, soon);
    await workspace.snapshots.take(tree, "a look");
    const made = await workspace.trees.commit(tree, base, message("A", step));
    utimesSync(join(inner, "a.txt"), soon + 1, soon + 1);
    await workspace.snapshots.take(tree, "another");
    if (made !== null) await workspace.trees.discard(tree, made.commit);
    expect(existsSync(mark)).toBe(false);
    expect(own.git(own.project, "ls-tree", tree.branch, "ext")).toMatch(/^160000 commit /);
    await workspace.snapshots.remove("A");
  });
});

/** A task in a repository that tracks a file which it ignores. */
async function withTrackedLog() {
  const own = scratch();
  const workspace = own.open();
  write(own.project, { "kept.log": "kept\n", ".gitignore": "*.log\n" });
  own.git(own.project, "add", "--force", ".");
  own.git(own.project, "commit", "-qm", "more");
  const base = own.git(own.project, "rev-parse", "main");
  const tree = await enter(own, workspace, "A");
  return { own, workspace, base, tree };
}

test("what an agent leaves in its worktree's folder of git leads our own git nowhere, and no pipe keeps it waiting", async () => {
  const { own, workspace, base, tree } = await withTrackedLog();
  const gitDir = own.git(tree.path, "rev-parse", "--git-dir");
  const theirs = join(own.root, "theirs");
  write(own.root, { theirs: "theirs\n" });
  write(own.project, { "mine.txt": "mine\n" });
  own.git(own.project, "add", "mine.txt");
  for (const [name, target] of [
    ["logs/HEAD", theirs],
    ["index", join(own.project, ".git", "index")],
    ["index.lock", join(own.root, "nowhere")],
    ["new-objects", own.root],
  ] as const) {
    rmSync(join(gitDir, name), { recursive: true, force: true });
    symlinkSync(target, join(gitDir, name));
  }
  rmSync(join(tree.path, ".gitignore"));
  execFileSync("mkfifo", [join(tree.path, ".gitignore"), join(tree.path, ".gitattributes"), join(gitDir, "rebase")]);
  write(tree.path, { "new.txt": "new\n" });
  await workspace.snapshots.take(tree, "a look");
  const made = await workspace.trees.commit(tree, base, message("A", step));
  expect(own.git(own.project, "diff", "--name-status", base, made?.commit ?? "")).toBe("D\t.gitignore\nA\tnew.txt");
  expect([read(theirs), own.git(own.project, "status", "--porcelain")]).toEqual(["theirs\n", "A  mine.txt"]);
  expect(own.notes.filter((note) => note.includes("was no plain file"))).toHaveLength(7);
  await workspace.snapshots.remove("A");
});

test("without an index what is tracked stays tracked, also where it is ignored", async () => {
  const { own, workspace, base, tree } = await withTrackedLog();
  rmSync(join(own.git(tree.path, "rev-parse", "--git-dir"), "index"));
  write(tree.path, { "new.txt": "new\n" });
  const made = await workspace.trees.commit(tree, base, message("A", step));
  expect(own.git(own.project, "diff", "--name-status", base, made?.commit ?? "")).toBe("A\tnew.txt");
});

test("no setting of git's, and no index in parts, keeps a later change of the same file out of the commit", async () => {
  const config = "[user]\n\tname = Ada\n\temail = ada@example.org\n[core]\n\tignoreStat = true\n";
  for (const [given, prepare] of [
    [config, null],
    [undefined, ["update-index", "--split-index"]],
  ] as const) {
    const own = scratch(given);
    const workspace = own.open();
    const base = own.git(own.project, "rev-parse", "main");
    const tree = await enter(own, workspace, "A-1");
    if (prepare !== null) own.git(tree.path, ...prepare);
    write(tree.path, { "a.txt": "first\n" });
    const first = await workspace.trees.commit(tree, base, message("A-1", step));
    if (prepare !== null) {
      own.git(tree.path, "update-index", "--split-index");
      own.git(tree.path, "update-index", "--assume-unchanged", "a.txt");
    }
    write(tree.path, { "a.txt": "second\n" });
    expect(await workspace.trees.discard(tree, first?.commit ?? "")).toEqual(["a.txt"]);
    write(tree.path, { "a.txt": "third\n" });
    const second = await workspace.trees.commit(tree, first?.commit ?? "", message("A-1", `${step}/2`));
    expect(own.git(own.project, "show", `${second?.commit}:a.txt`)).toBe("third");
  }
});
