import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { Watch } from "../../src/engine/ports/watch.ts";
import { systemClock } from "../../src/processes/clock.ts";
import type { Git } from "../../src/workspace/git.ts";
import { MoveLog } from "../../src/workspace/watch/move-log.ts";
import { createWatch } from "../../src/workspace/watch/watch.ts";
import { openSite } from "../../src/workspace/workspace-context.ts";
import { enter, landBranch, message, scratch, write, type Scratch } from "./scratch.ts";

const wip = async (watch: Watch) => (await watch.look()).map(({ kind, name }) => `${kind} ${name}`).toSorted();

const headOf = (s: Scratch, ref: string): string => s.git(s.project, "rev-parse", ref);

/** A commit of nobody's, on main. */
const other = (s: Scratch): string => s.git(s.project, "commit-tree", "-p", "main", "-m", "evil", "main^{tree}");

describe("what this program moves itself raises nothing", () => {
  test("branches, commits, snapshots, merges, reverts and landing, also by another process", async () => {
    const s = scratch();
    const { watch, trees, integration, snapshots } = s.open();
    expect(await watch.look()).toEqual([]);
    const base = headOf(s, "main");
    const { tree } = await trees.enter({ task: "A", branch: "gandy/a", commit: base, reason: "start", keep: false });
    write(tree.path, { "b.txt": "two\n" });
    const made = await trees.commit(tree, base, message("A", "k"));
    write(tree.path, { "c.txt": "left\n" });
    await snapshots.take(tree, "stop");
    await trees.discard(tree, made?.commit ?? "");
    expect(await watch.look()).toEqual([]);
    const request = {
      task: "A",
      commit: made?.commit ?? "",
      base,
      into: "gandy/integration",
      style: "squash",
    } as const;
    const merged = await integration.merge({ ...request, message: message("A", "m"), verify: async () => [] });
    expect(merged.kind).toBe("merged");
    const another = s.open();
    // main is checked out: it is fast-forwarded in the user's checkout.
    expect((await landBranch(another, "gandy/integration", "main")).kind).toBe("brought");
    const commit = merged.kind === "merged" ? merged.commit : "";
    await another.integration.revert("gandy/integration", commit, message("A", "revert"));
    await another.snapshots.remove("A");
    expect(await watch.look()).toEqual([]);
    expect(await s.open().watch.look()).toEqual([]);
  });

  test("a move that was written down and cut off before or after it was made", async () => {
    const s = scratch();
    const { watch } = s.open();
    await watch.look();
    const log = new MoveLog(join(s.root, "state", "watch"), () => systemClock.now());
    await log.begin("refs/heads/gandy/a", headOf(s, "main"));
    expect(await watch.look()).toEqual([]);
    s.git(s.project, "branch", "gandy/a", "main");
    expect(await watch.look()).toEqual([]);
    s.git(s.project, "branch", "-f", "gandy/a", other(s));
    expect(await wip(watch)).toEqual(["ref refs/heads/gandy/a"]);
  });
});

describe("what somebody else does is seen", () => {
  const cases: Readonly<Record<string, readonly [(s: Scratch) => void, string]>> = {
    "a branch moved by git": [
      (s) => s.git(s.project, "update-ref", "refs/heads/main", other(s)),
      "ref refs/heads/main",
    ],
    "a branch written in place": [
      (s) => writeFileSync(join(s.project, ".git/refs/heads/main"), `${other(s)}\n`),
      "ref refs/heads/main",
    ],
    "a branch made to stand for another": [
      (s) => s.git(s.project, "symbolic-ref", "refs/heads/kept", "refs/heads/main"),
      "ref refs/heads/kept",
    ],
    "a branch deleted": [(s) => s.git(s.project, "branch", "-D", "kept"), "ref refs/heads/kept"],
    "a packed ref changed by hand": [
      (s) => {
        const file = join(s.project, ".git/packed-refs");
        const text = readFileSync(file, "utf8");
        writeFileSync(file, text.replace(`${headOf(s, "kept")} refs/heads/kept`, `${other(s)} refs/heads/kept`));
        rmSync(join(s.project, ".git/refs/heads/kept"), { force: true });
      },
      "ref refs/heads/kept",
    ],
    "a commit replaced by another": [
      (s) => s.git(s.project, "replace", headOf(s, "main"), other(s)),
      "ref refs/replace/",
    ],
    "a hook": [(s) => write(join(s.project, ".git"), { "hooks/pre-commit": "#!/bin/sh\n" }), "file hooks/pre-commit"],
    "a hook that may be run from now on": [
      (s) => chmodSync(join(s.project, ".git/hooks/old"), 0o755),
      "file hooks/old",
    ],
    "a filter": [(s) => s.git(s.project, "config", "filter.x=y.clean", "evil"), "file config"],
    "a monitor": [(s) => s.git(s.project, "config", "core.fsmonitor", "evil"), "file config"],
    "a file that the configuration includes": [
      (s) => appendFileSync(join(s.project, ".git/more"), "[alias]\n\tx = !evil\n"),
      "file MORE",
    ],
    "attributes, excludes and grafts": [
      (s) => write(join(s.project, ".git"), { "info/grafts": "x\n" }),
      "file info/grafts",
    ],
    "objects of elsewhere": [
      (s) => write(join(s.project, ".git"), { "objects/info/alternates": "/tmp\n" }),
      "file objects/info/alternates",
    ],
  };

  test.each(Object.entries(cases))("%s", async (_, [act, found]) => {
    const s = scratch();
    write(join(s.project, ".git"), { "hooks/old": "#!/bin/sh\n", more: "" });
    s.git(s.project, "config", "include.path", "more");
    s.git(s.project, "branch", "kept");
    s.git(s.project, "pack-refs", "--all");
    const { watch } = s.open();
    expect(await watch.look()).toEqual([]);
    act(s);
    const named = (await wip(watch)).map((name) => name.replace(join(s.project, ".git/more"), "MORE"));
    expect(named).toEqual([expect.stringContaining(found)]);
    // It comes again until it is settled, also in another process.
    const again = s.open().watch;
    const differences = await again.look();
    expect(differences).toHaveLength(1);
    await again.settle(differences);
    expect(await again.look()).toEqual([]);
    expect(await s.open().watch.look()).toEqual([]);
  });

  test("a branch that was made for a worktree which could not be made", async () => {
    const s = scratch();
    const workspace = s.open();
    expect(await workspace.watch.look()).toEqual([]);
    // Where git keeps its worktrees is a file.
    writeFileSync(join(s.project, ".git/worktrees"), "");
    await expect(enter(s, workspace, "A")).rejects.toThrow("worktree add");
    expect(s.git(s.project, "branch", "--list", "gandy/A")).toContain("gandy/A");
    expect(await s.open().watch.look()).toEqual([]);
    rmSync(join(s.project, ".git/worktrees"));
    expect(await workspace.watch.look()).toEqual([]);
    expect(await enter(s, workspace, "A")).toMatchObject({ task: "A" });
    expect(await workspace.watch.look()).toEqual([]);
  });

  test("packing refs moves none", async () => {
    const s = scratch();
    s.git(s.project, "branch", "kept");
    const { watch } = s.open();
    await watch.look();
    s.git(s.project, "pack-refs", "--all", "--prune");
    expect(await watch.look()).toEqual([]);
  });
});

test("a moved branch is put back, and what stood there is kept", async () => {
  const s = scratch();
  s.git(s.project, "branch", "ours");
  s.git(s.project, "branch", "gone");
  s.git(s.project, "branch", "link");
  const { watch } = s.open();
  await watch.look();
  const main = headOf(s, "main");
  const evil = other(s);
  s.git(s.project, "branch", "-f", "ours", evil);
  s.git(s.project, "branch", "-D", "gone");
  s.git(s.project, "symbolic-ref", "refs/heads/link", "refs/heads/main");
  const differences = await watch.look();
  expect(differences).toHaveLength(3);
  for (const difference of differences) {
    if (difference.name === "refs/heads/ours") expect(await watch.keep(evil)).toMatch(/^refs\/gandy\/seen\//);
    expect(await watch.putBack(difference)).toBeNull();
  }
  expect(await watch.look()).toEqual([]);
  for (const branch of ["ours", "gone", "link"]) expect(headOf(s, branch)).toBe(main);
  expect(
    existsSync(join(s.project, ".git/refs/heads/link")) &&
      readFileSync(join(s.project, ".git/refs/heads/link"), "utf8"),
  ).toBe(`${main}\n`);
  expect(s.git(s.project, "for-each-ref", "--format=%(objectname)", "refs/gandy/seen")).toBe(evil);
});

test("a change is told with the last look before it, also the first ever and one by another engine", async () => {
  const s = scratch();
  let nowMs = 1_000_000;
  const clock = { ...systemClock, now: () => nowMs };
  const move = (branch: string): unknown => s.git(s.project, "branch", "-f", branch, other(s));
  const since = async (watch: Watch): Promise<unknown> =>
    Object.fromEntries((await watch.look()).map(({ name, sinceMs }) => [name.replace("refs/heads/", ""), sinceMs]));
  const { watch } = s.open({ clock });
  await watch.look();
  nowMs = 2_000_000;
  move("one");
  expect(await since(watch)).toEqual({ one: 1_000_000 });
  nowMs = 3_000_000;
  move("two");
  expect(await since(watch)).toEqual({ one: 1_000_000, two: 2_000_000 });
  nowMs = 4_000_000;
  move("three");
  const next = s.open({ clock }).watch;
  expect(await since(next)).toEqual({ one: 1_000_000, two: 2_000_000, three: 3_000_000 });
  await next.settle(await next.look());
  nowMs = 5_000_000;
  move("four");
  expect(await since(next)).toEqual({ four: 4_000_000 });
});

test("what a person has checked out is not put back", async () => {
  const s = scratch();
  const { watch } = s.open();
  await watch.look();
  s.git(s.project, "commit", "--allow-empty", "-q", "-m", "mine");
  const mine = headOf(s, "main");
  const [difference] = await watch.look();
  expect(difference?.name).toBe("refs/heads/main");
  expect(difference === undefined ? "" : await watch.putBack(difference)).toContain("checked out");
  expect(headOf(s, "main")).toBe(mine);
});

describe("settings that came behind our back do nothing in our own commands", () => {
  test("a filter runs in none of them, and one that was there does", async () => {
    const s = scratch();
    mkdirSync(join(s.root, "bin"));
    const mark = join(s.root, "ran");
    write(s.project, { ".gitattributes": "*.txt filter=x=y\n*.md filter=mine\n" });
    s.git(s.project, "add", ".");
    s.git(s.project, "config", "filter.mine.clean", "sed s/secret/public/");
    s.git(s.project, "commit", "-q", "-m", "attributes");
    const { watch, trees } = s.open();
    await watch.look();
    s.git(s.project, "config", "filter.x=y.clean", `touch '${mark}'; cat`);
    s.git(s.project, "config", "filter.mine.clean", `touch '${mark}'; cat`);
    expect(await wip(watch)).toEqual(["file config"]);
    for (const { trees: own } of [{ trees }, s.open()]) {
      const base = headOf(s, "main");
      const { tree } = await own.enter({ task: "A", branch: "gandy/a", commit: base, reason: "start", keep: false });
      write(tree.path, { "b.txt": "two\n", "c.md": "secret\n" });
      const made = await own.commit(tree, base, message("A", "k"));
      expect(s.git(s.project, "show", `${made?.commit ?? ""}:c.md`)).toBe("public");
      expect(existsSync(mark)).toBe(false);
    }
  });

  test("a replaced commit is read as it is", async () => {
    const s = scratch();
    const { history } = s.open();
    const main = headOf(s, "main");
    const tree = headOf(s, "main^{tree}");
    write(s.project, { "evil.txt": "x\n" });
    s.git(s.project, "add", ".");
    const evil = s.git(s.project, "commit-tree", "-m", "evil", s.git(s.project, "write-tree"));
    s.git(s.project, "replace", main, evil);
    expect(headOf(s, "main^{tree}")).not.toBe(tree);
    expect(await history.treeOf(main)).toBe(tree);
  });
});

const siteOf = (s: Scratch) =>
  openSite(
    {
      repository: s.project,
      repositoryId: "r1",
      worktrees: s.worktrees,
      checksFolder: () => s.root,
      watchFolder: join(s.root, "state", "watch"),
      settings: defaultSettings,
    },
    {
      note: () => undefined,
      cache: { get: async () => null, put: async () => undefined },
      exclusive: (work) => work(),
      environment: s.environment,
    },
  );

test("hundreds of refs become one file, of which each move is still seen", async () => {
  const s = scratch();
  const ids = Array.from({ length: 320 }, (_, n) => n);
  const folder = join(s.project, ".git/refs/heads/many");
  mkdirSync(folder);
  for (const n of ids) writeFileSync(join(folder, String(n)), `${headOf(s, "main")}\n`);
  let stats = 0;
  const watch = createWatch(siteOf(s), () => (stats += 1));
  expect([await watch.look(), await watch.look()]).toEqual([[], []]);
  expect(existsSync(join(folder, "7"))).toBe(false);
  stats = 0;
  expect(await watch.look()).toEqual([]);
  expect(stats).toBeLessThan(60);
  s.git(s.project, "update-ref", "refs/heads/many/7", other(s));
  s.git(s.project, "update-ref", "-d", "refs/heads/many/8");
  expect(await wip(watch)).toEqual(["ref refs/heads/many/7", "ref refs/heads/many/8"]);
});

test("as many refs as became one file do so again, as often as there are so many", async () => {
  const s = scratch();
  const watch = createWatch(siteOf(s));
  await watch.look();
  const folder = join(s.project, ".git/refs/heads/many");
  for (let round = 0; round < 3; round += 1) {
    mkdirSync(folder, { recursive: true });
    for (let n = 0; n < 320; n += 1) writeFileSync(join(folder, `${round}-${n}`), `${headOf(s, "main")}\n`);
    const told = await watch.look();
    expect(existsSync(join(folder, `${round}-7`))).toBe(false);
    await watch.settle(told);
    expect(await watch.look()).toEqual([]);
  }
});

test("a look where nothing has moved runs no git, and looks at each file once", async () => {
  const s = scratch();
  for (const name of ["one", "two", "three"]) s.git(s.project, "branch", name);
  const site = siteOf(s);
  let stats = 0;
  const commands: string[] = [];
  const git: Git = (place, args, options) => {
    commands.push(args.join(" "));
    return site.git(place, args, options);
  };
  const watch = createWatch({ ...site, git }, () => (stats += 1));
  await watch.look();
  stats = 0;
  commands.length = 0;
  expect(await watch.look()).toEqual([]);
  expect(commands).toEqual([]);
  // 4 branches in 3 folders, packed-refs and reftables, 11 files and 2 folders of git, 4 of the user's own.
  expect(stats).toBeLessThan(30);
});
