import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";
import { among, at, having, oneTask, parsed, played } from "../played.ts";

test("finished worktrees go, unmerged work only with --all and a yes, and its files can be had from a snapshot", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}, {id: B-1, goal: Say more, risk: low}]\n", {
    rules:
      "  - {on: {role: implementer, task: B-1}, edits: [{path: half.txt, write: half}], text: x, error: {type: invalid_request, message: no}}\n",
  });
  expect((await hand.say("clean")).out).toContain("nothing ran here yet");
  await hand.say("run");
  await hand.say("task", "B-1", "--abort");
  expect((await hand.say("run")).code).toBe(1);
  const trees = ["A-1", "B-1"].map((id) =>
    join(hand.home, "state", "worktrees", hand.git("config", "--get", brand.gitConfigKey).trim(), id),
  );
  expect(trees.map((path) => existsSync(path))).toEqual([true, true]);
  const first = await hand.say("clean-state");
  expect(first.out).toContain(`removed ${trees[0]}`);
  expect(first.out).toContain("1 worktree of unmerged work stay");
  const refused = await hand.say("clean", "--all");
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("--force removes them without asking")]);
  expect((await hand.begin(["clean", "--all"], { terminal: true, typed: ["n"] }).end).out).toContain("0 worktrees");
  expect(existsSync(trees[1] ?? "")).toBe(true);
  expect((await hand.begin(["clean", "--all"], { terminal: true, typed: ["y"] }).end).out).toContain(
    `removed ${trees[1]}`,
  );

  const snapshots = at(parsed((await hand.say("task", "B-1", "--json")).out), "snapshots");
  expect(snapshots).toEqual(among(expect.objectContaining({ ref: having("/B-1/1") })));
  expect((await hand.say("task", "B-1", "--restore", "1")).err).toContain("--restore N and --into DIR go together");
  expect((await hand.say("task", "B-1", "--restore", "1", "--into", "out")).out).toContain(
    "of B-1's snapshot 1 written into",
  );
  expect(readFileSync(join(hand.top, "out", "half.txt"), "utf8")).toBe("half");
  expect((await hand.say("task", "B-1", "--restore", "9", "--into", "out9")).code).toBe(2);
});

test("a task is undone on the integration branch", async () => {
  const hand = played(oneTask);
  await hand.say("run");
  expect((await hand.say("revert", "A-1")).out).toContain(`A-1 is undone on ${brand.integrationBranch}`);
  expect(hand.git("diff", "main", brand.integrationBranch)).toBe("");
  expect((await hand.say("revert", "A-1")).err).toContain("A-1 is not merged");
});

test("the ledger is copied and checked; damage is told", async () => {
  const hand = played(oneTask);
  await hand.say("run");
  const copy = join(hand.home, "copy.db");
  expect((await hand.say("backup", copy)).code).toBe(0);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const twice = await hand.say("backup", copy);
  expect([twice.code, twice.err]).toEqual([2, expect.stringContaining("it is there already")]);
  expect((await hand.say("check")).out).toContain("is whole");
  expect(parsed((await hand.say("check", "--json")).out)).toEqual({ v: 1, ok: true, problems: [] });
  writeFileSync(join(hand.home, "state", "ledger.db"), "this is no database, it is a text of some length");
  const broken = await hand.say("list");
  expect([broken.code, broken.err]).toEqual([2, expect.stringContaining("restore a copy")]);
});

test("starter files are made from what is found and never overwritten", async () => {
  const hand = atHand({
    "package.json": '{"scripts":{"test":"vitest run","lint":"oxlint","build":"tsc"}}',
    "package-lock.json": "{}",
  });
  const first = await hand.say("init");
  expect(first.code).toBe(0);
  const settings = readFileSync(join(hand.top, brand.settingsFile), "utf8");
  expect(settings).toContain('{name: test, run: "npm test"}');
  expect(settings).toContain('{name: lint, run: "npm run lint"}');
  expect(settings).not.toContain("build");
  expect(settings).toContain('setup: "npm ci"');
  expect(existsSync(join(hand.home, "state", "schemas", "tasks.schema.json"))).toBe(true);
  hand.env["USE_MOCK_MODELS"] = "true";
  expect((await hand.say("plan")).code).toBe(0);
  hand.write("tasks.yaml", "mine");
  expect((await hand.say("init")).out).toContain("is there already and stays as it is");
  expect(readFileSync(join(hand.top, "tasks.yaml"), "utf8")).toBe("mine");
});

test("the doctor says what works, what does not, why, and who pays", async () => {
  const hand = atHand({ "readme.md": "x", "tasks.yaml": oneTask });
  const none = await hand.say("doctor");
  expect([none.code, none.out]).toEqual([1, expect.stringMatching(/models +does not work +no model found/)]);
  hand.write(
    brand.settingsFile,
    `models:\n  here: {adapter: command, argv: [sh, -c, "true"], billing: metered, account: work}\n  gone: {adapter: command, argv: [./gone.sh]}\nsetup: echo no luck; exit 3\n`,
  );
  const { code, out } = await hand.say("doctor", "--setup");
  expect(code).toBe(1);
  expect(out).toMatch(/model here +ok +command, medium; each call is paid by work/);
  expect(out).toMatch(/model gone +does not work +cannot run .*gone.sh/);
  expect(out).toMatch(/budget +warning +metered models without a cap/);
  expect(out).toMatch(/prices +warning +none known for here; a call that does not tell its cost/);
  expect(out).toMatch(/setup +does not work +setup failed in .*: exit code 3: no luck/);
  hand.write(
    brand.settingsFile,
    `models: {here: {adapter: command, argv: [sh, -c, "true"]}}\nsetup: touch made\nchecks: [{name: test, run: "true"}]\n`,
  );
  const good = await hand.say("doctor", "--setup", "--json");
  expect(good.code).toBe(0);
  expect(at(parsed(good.out), "findings")).toEqual(
    expect.arrayContaining([{ what: "setup", state: "ok", text: "touch made" }]),
  );
  expect(existsSync(join(hand.top, "made"))).toBe(false);
});

test("state lies where the environment says, and only this user may look", async () => {
  const hand = played(oneTask);
  delete hand.env[envName("HOME")];
  hand.env["XDG_STATE_HOME"] = join(hand.home, "xdg");
  expect((await hand.say("list")).code).toBe(0);
  expect(statSync(join(hand.home, "xdg", brand.folder)).mode & 0o777).toBe(0o700);
  hand.env[envName("HOME")] = "relative";
  expect((await hand.say("list")).err).toContain("must be an absolute path");
  hand.env[envName("HOME")] = join(hand.home, "moved");
  hand.env["XDG_CONFIG_HOME"] = join(hand.home, "config");
  await hand.say("list");
  expect(existsSync(join(hand.home, "moved", "ledger.db"))).toBe(true);
});
