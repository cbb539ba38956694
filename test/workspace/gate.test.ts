import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { CheckResult } from "../../src/domain/events.ts";
import type { CheckSettings } from "../../src/domain/settings.ts";
import type { Gate, Workspace } from "../../src/engine/ports/workspace.ts";
import { check, doTask, enter, instantClock, read, scratch, write, type Scratch } from "./scratch.ts";
import { until } from "../until.ts";

type GateRequest = Parameters<Gate["run"]>[0];

const run = (
  workspace: Workspace,
  done: { readonly commit: string; readonly base: string },
  checks: readonly CheckSettings[],
  more: Partial<GateRequest> = {},
): Promise<readonly CheckResult[]> =>
  workspace.gate.run({
    run: "run1",
    task: "A",
    commit: done.commit,
    base: done.base,
    checks,
    env: { pass: [], set: {} },
    signal: new AbortController().signal,
    waived: null,
    ...more,
  });

/** A check that counts how often it ran, in a file outside of every worktree. */
const counted = (own: Scratch, command: string): string => `echo "$PWD" >> '${join(own.root, "ran")}'; ${command}`;
const runs = (own: Scratch): string[] => (read(own.root, "ran") ?? "").split("\n").filter((line) => line !== "");

const junit = (failed: readonly string[], passed: readonly string[] = []): string =>
  [
    "<testsuite name='s'>",
    ...failed.map((name) => `<testcase classname='c' name='${name}'><failure/></testcase>`),
    ...passed.map((name) => `<testcase classname='c' name='${name}'/>`),
    "</testsuite>",
  ].join("");
const byReport = check("test", "cp results.xml out.xml; ! grep -q failure out.xml", {
  report: { kind: "junit", path: "out.xml" },
});

describe("checks run", () => {
  test("again where what is known is not taken for true, be it green", async () => {
    const own = scratch();
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    const green = [check("test", counted(own, "true"))];
    for (const more of [{}, {}, { anew: "red" }] as const) await run(workspace, done, green, more);
    expect(runs(own)).toHaveLength(1);
    for (const more of [{ anew: "all" }, { anew: "all" }] as const) await run(workspace, done, green, more);
    expect(runs(own)).toHaveLength(3);
  });

  test("and took no time, not less, where the clock was set back meanwhile", async () => {
    const own = scratch();
    let nowMs = Date.now();
    const workspace = own.open({ clock: { ...instantClock(), now: () => (nowMs -= 60_000) } });
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    expect(await run(workspace, done, [check("test", "true")])).toMatchObject([{ result: "pass", durationMs: 0 }]);
  });

  test("in the task's own tree when it is the commit, which stays as it was, with a built environment", async () => {
    const own = scratch();
    Object.assign(own.environment, { ANTHROPIC_API_KEY: "sk-secret", DATABASE_URL: "postgres://secret" });
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    const command = counted(
      own,
      "echo out; echo err >&2; env; cat b.txt; echo x > stray; echo y > a.txt; test -d $TMPDIR",
    );
    const [result] = await run(workspace, done, [check("all & sundry", command)], {
      env: { pass: ["DATABASE_URL"], set: { MODE: "ci" } },
    });
    expect(result).toMatchObject({
      name: "all & sundry",
      result: "pass",
      failures: [],
      newFailures: [],
      tree: own.git(own.project, "rev-parse", `${done.commit}^{tree}`),
    });
    expect(runs(own)).toEqual([done.tree.path]);
    expect(own.git(done.tree.path, "status", "--porcelain")).toBe("");
    const log = read(result?.output ?? "") ?? "";
    expect(result?.output).toMatch(/\/runs\/run1\/checks\/A\/all-sundry-[0-9a-f]{12}\.log$/);
    expect(log).toMatch(/^out\nerr\n/);
    expect(log).toMatch(/^MODE=ci$/m);
    expect(log).toMatch(/^CI=1$/m);
    expect(log).toMatch(/^GANDY_TASK=A$/m);
    expect(log).toMatch(/^DATABASE_URL=\[DATABASE_URL\]$/m);
    expect(log).not.toMatch(/secret|GIT_|ANTHROPIC/);
  });

  test("elsewhere when it is not, in a worktree that is set up and used again", async () => {
    const own = scratch();
    const workspace = own.open({ setup: `echo setup >> '${join(own.root, "ran")}'` });
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    write(done.tree.path, { "a.txt": "going on\n" });
    const test1 = check("one", counted(own, "cat a.txt b.txt"));
    expect((await run(workspace, done, [test1]))[0]).toMatchObject({ result: "pass", tail: "one\nb" });
    const next = await doTask(own, workspace, "B", { "b.txt": "other\n" });
    expect((await run(workspace, next, [test1]))[0]).toMatchObject({ tail: "one\nother" });
    const detached = join(own.worktrees, ".merge");
    expect(runs(own)).toEqual(["setup", "setup", detached, "setup", detached]);
    expect(own.git(own.project, "worktree", "list")).toMatch(/\.merge .*\(detached HEAD\)/);
    expect(read(done.tree.path, "a.txt")).toBe("going on\n");
  });

  test("not again for a tree with a result, unless the command or its environment is another", async () => {
    const own = scratch();
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    const failing = check("t", counted(own, "exit 1"));
    const first = await run(workspace, done, [failing]);
    // Once on its own tree, and twice on the base, because that is red too.
    expect(runs(own)).toHaveLength(3);
    expect(await run(own.open(), done, [failing])).toEqual(first);
    expect(runs(own)).toHaveLength(3);
    await run(workspace, done, [check("t", counted(own, "true # other"))]);
    await run(workspace, done, [check("t", counted(own, "true # other"))], { env: { pass: [], set: { A: "b" } } });
    expect(runs(own)).toHaveLength(5);
    for (const key of own.cache.keys()) own.cache.set(key, { result: "nonsense" });
    await run(workspace, done, [check("t", counted(own, "true # other"))]);
    expect(runs(own)).toHaveLength(6);
  });

  test("is not fooled by changes that git was told not to see", async () => {
    const own = scratch();
    const workspace = own.open();
    write(own.project, { "test.sh": "exit 0\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "green");
    const done = await doTask(own, workspace, "A", { "test.sh": "exit 1\n" });
    own.git(done.tree.path, "update-index", "--skip-worktree", "test.sh");
    write(done.tree.path, { "test.sh": "exit 0\n" });
    expect(own.git(done.tree.path, "status", "--porcelain")).toBe("");
    expect(await run(workspace, done, [check("t", "sh test.sh")])).toMatchObject([{ result: "fail" }]);
  });

  test("one at a time with others where they are exclusive", async () => {
    const own = scratch();
    let inside = 0;
    const most: number[] = [];
    const workspace = own.open({
      exclusive: async (work) => {
        inside += 1;
        most.push(inside);
        const result = await work();
        inside -= 1;
        return result;
      },
    });
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    await run(workspace, done, [
      check("one", "true", { exclusive: true }),
      check("two", "true"),
      check("three", "false", { exclusive: true }),
    ]);
    expect(most).toEqual([1, 1, 1, 1]);
  });
});

describe("failures", () => {
  test("are tests of the report; those the base has too do not block", async () => {
    const own = scratch();
    write(own.project, { "results.xml": junit(["old"], ["fine"]) });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "red");
    const workspace = own.open();
    const same = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    expect(await run(workspace, same, [byReport])).toMatchObject([
      { result: "known", failures: ["c > old"], newFailures: [] },
    ]);
    const worse = await doTask(own, workspace, "A", { "results.xml": junit(["old", "new"]) });
    expect(await run(workspace, worse, [byReport])).toMatchObject([
      { result: "fail", failures: ["c > old", "c > new"], newFailures: ["c > new"] },
    ]);
    const better = await doTask(own, workspace, "A", { "results.xml": junit([], ["old"]) });
    expect(await run(workspace, better, [byReport])).toMatchObject([{ result: "pass", failures: [] }]);
    expect(existsSync(join(own.worktrees, ".base"))).toBe(true);
  });

  test("are those of all reports that a glob names; where none is written any more, none of its tests ran", async () => {
    const own = scratch();
    write(own.project, { "one.xml": junit([], ["one"]), "two.xml": junit(["two"]), ".gitignore": "reports\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "more");
    const workspace = own.open();
    const report = (path: string) => ({ report: { kind: "junit", path } }) as const;
    const writes = "mkdir -p reports/deep; cp one.xml reports/TEST-one.xml; cp two.xml reports/deep/TEST-two.xml";
    const quits = "[ -e b.txt ] || cp one.xml reports/TEST-one.xml";
    const checks = [
      check("deep", writes, report("./reports/**/TEST-*.xml")),
      check("flat", `mkdir -p reports; ${quits}`, report("reports/*.xml")),
    ];
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    const [deep, flat] = await run(workspace, done, checks);
    expect(deep).toMatchObject({ result: "known", failures: ["c > two"] });
    expect(flat).toMatchObject({ result: "pass", lost: ["c > one"] });
    expect(flat?.tail).toContain("no report was written to reports/*.xml");
  });

  test("in a report count whatever the exit code was; no report, or none of this run, is the check's own failure", async () => {
    const own = scratch();
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "results.xml": junit(["hidden"]), "out.xml": junit(["stale"]) });
    const report = { kind: "junit", path: "out.xml" } as const;
    const results = await run(workspace, done, [
      check("hides", "cp results.xml out.xml; true", { report }),
      check("crashes", "exit 2", { report }),
      check("links", "ln -s /etc/passwd out.xml; exit 2", { report }),
      check("escapes", "exit 2", { report: { kind: "junit", path: "../../../home/.gitconfig" } }),
      check("fifo", "mkfifo out.xml; exit 2", { report }),
    ]);
    expect(results.map(({ result, failures }) => [result, ...failures])).toEqual([
      ["fail", "c > hidden"],
      ["known", "crashes"],
      ["known", "links"],
      ["known", "escapes"],
      ["known", "fifo"],
    ]);
    expect(results[1]?.tail).toContain("no report was written to out.xml");
    expect(existsSync(join(own.root, "home/.gitconfig"))).toBe(true);
  });

  test("are lines of a pattern; the whole check without either, known when it is red at the base", async () => {
    const own = scratch();
    write(own.project, { "lint.txt": "1: error: old\n2: warning: x\n" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "lint");
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "lint.txt": "7: error: old\n9: error: \u001b[31mnew\u001b[0m\n" });
    const results = await run(workspace, done, [
      check("lint", "cat lint.txt; exit 1", { report: { kind: "pattern", pattern: "error: (.*)" } }),
      check("broken", "exit 1", { report: { kind: "pattern", pattern: "(" } }),
      check("types", "exit 1"),
      check("build", "! grep -q new lint.txt"),
    ]);
    expect(results).toMatchObject([
      { result: "fail", failures: ["old", "new"], newFailures: ["new"] },
      { result: "known", failures: ["broken"] },
      { result: "known", failures: ["types"], newFailures: [] },
      { result: "fail", failures: ["build"], newFailures: ["build"] },
    ]);
    expect(results[1]?.tail).toContain("the pattern ( could not be used");
  });

  test("that pass when tried again are flaky; a timeout fails and is not remembered", async () => {
    const own = scratch();
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    const flag = join(own.root, "flag");
    const flaky = check("flaky", `test -e '${flag}' || { touch '${flag}'; echo first; exit 1; }; echo second`, {
      flakyRetries: 2,
    });
    const slow = check("slow", counted(own, "echo began; sleep 60"), { timeoutMs: 300 });
    const [one, two] = await run(workspace, done, [flaky, slow]);
    expect(one).toMatchObject({ result: "flaky", failures: ["flaky"], newFailures: [] });
    expect(read(one?.output ?? "")).toBe("first\n[exit code 1]\n\n[try 2]\nsecond\n");
    expect(two).toMatchObject({
      result: "known",
      failures: ["slow"],
      tail: "began\n[ended because it took longer than 0.3 s]",
    });
    await run(workspace, done, [slow]);
    expect(runs(own)).toHaveLength(6);
  });

  test("of setup: the change's when the base can be set up, else everybody's", async () => {
    const own = scratch();
    write(own.project, { "package.json": "{}" });
    own.git(own.project, "add", ".");
    own.git(own.project, "commit", "-qm", "manifest");
    const workspace = own.open({ setup: `test -e '${join(own.root, "down")}' && exit 7; grep -q '{}' package.json` });
    const done = await doTask(own, workspace, "A", { "package.json": "{ broken" });
    const broken = await run(workspace, done, [check("test", "true")]);
    expect(broken).toMatchObject([{ name: "setup", result: "fail", newFailures: ["setup"] }]);
    writeFileSync(join(own.root, "down"), "");
    await expect(run(workspace, done, [check("test", "true")])).rejects.toMatchObject({ fault: "setup" });
  });
});

describe("the base", () => {
  const signal = new AbortController().signal;
  const atBase = (workspace: Workspace, commit: string, checks: readonly CheckSettings[]) =>
    workspace.gate.base({ run: "run1", commit, checks, env: { pass: [], set: {} }, signal }, () => true);

  test("is measured alone, once a tree when it is green and twice when it is red", async () => {
    const own = scratch();
    const workspace = own.open();
    const { base } = await doTask(own, workspace, "A", { "b.txt": "b\n" });
    const flag = join(own.root, "flag");
    const checks = [
      check("green", counted(own, "true")),
      check("red", counted(own, "exit 3")),
      check("twice", counted(own, `test -e '${flag}' || { touch '${flag}'; exit 1; }`)),
    ];
    const first = await atBase(workspace, base, checks);
    expect(first.checks).toMatchObject([
      { name: "green", result: "pass" },
      { name: "red", result: "fail", named: false, failures: ["red"], tail: "[exit code 3]" },
      { name: "twice", result: "flaky" },
    ]);
    expect(runs(own)).toHaveLength(5);
    await atBase(workspace, base, checks);
    expect(runs(own)).toHaveLength(5);
  });

  test("that was green and is red now tells of the machine: no verdict, nothing kept, and the task's fault shows afterwards", async () => {
    const own = scratch();
    const workspace = own.open();
    const done = await doTask(own, workspace, "A", { "a.txt": "broken\n" });
    const port = join(own.root, "port");
    const checks = [check("serve", `test ! -e '${port}' && ! grep -q broken a.txt`)];
    expect((await atBase(workspace, done.base, checks)).checks).toMatchObject([{ result: "pass" }]);
    writeFileSync(port, "a daemon that an agent left behind");
    expect(await run(workspace, done, checks, { waived: [] })).toMatchObject([{ result: "environment" }]);
    rmSync(port);
    expect(await run(workspace, done, checks, { waived: [] })).toMatchObject([
      { result: "fail", newFailures: ["serve"] },
    ]);
    writeFileSync(port, "again");
    // A person goes on without it: it says nothing, and blocks nothing.
    expect(await run(workspace, done, checks, { waived: ["serve"] })).toMatchObject([{ result: "known" }]);
  });
});

test("stopping ends what runs, and what it started", async () => {
  const own = scratch();
  const workspace = own.open();
  const done = await doTask(own, workspace, "A", { "b.txt": "b\n" });
  const abort = new AbortController();
  const fifo = join(own.root, "fifo");
  const slow = check(
    "slow",
    `mkfifo '${fifo}'; (sleep 60; echo late > '${join(own.root, "late")}') & echo $! > '${fifo}.pid'; wait`,
  );
  const running = run(workspace, done, [slow], { signal: abort.signal });
  await until("the child", () => /\d+\n/.test(read(`${fifo}.pid`) ?? ""));
  abort.abort(new Error("stop"));
  await expect(running).rejects.toThrow("stop");
  const child = Number(read(`${fifo}.pid`));
  await until("its end", () => !isAlive(child));
  expect(own.cache.size).toBe(0);
  await expect(run(workspace, done, [slow], { signal: abort.signal })).rejects.toThrow("stop");
});

function isAlive(pid: number): boolean {
  const state = read(`/proc/${pid}/stat`);
  return state !== null && !state.includes(") Z ");
}

test("the gate of a merge checks the merged commit beside everybody's trees", async () => {
  const own = scratch();
  const workspace = own.open();
  const a = await doTask(own, workspace, "A", { "a.txt": "from a\n" });
  const b = await doTask(own, workspace, "B", { "b.txt": "from b\n" });
  await enter(own, workspace, "C");
  const checks = [check("both", counted(own, "cat a.txt; test -e b.txt && grep -q from a.txt && exit 1; true"))];
  const merge = (task: string, done: { commit: string; base: string }) =>
    workspace.integration.merge({
      task,
      commit: done.commit,
      base: done.base,
      into: "gandy/integration",
      style: "squash",
      message: { task, run: "run1", subject: task, body: "", key: `${task}/merge`, steps: [], models: [] },
      verify: (commit, base) => run(workspace, { commit, base }, checks, { task }),
    });
  expect(await merge("A", a)).toMatchObject({ kind: "merged" });
  expect(await merge("B", b)).toMatchObject({ kind: "red", checks: [{ name: "both", newFailures: ["both"] }] });
  // What was green before is measured again when the other is red.
  expect(runs(own)).toEqual([".merge", ".merge", ".base"].map((name) => join(own.worktrees, name)));
  expect(own.git(own.project, "log", "--format=%s", "main..gandy/integration")).toBe("A");
});
