import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { CheckSettings } from "../../src/domain/settings.ts";
import type { BaseGateVerdict } from "../../src/engine/ports/workspace.ts";
import { check, doTask, read, scratch, write, type OpenOptions } from "./scratch.ts";

type Files = Readonly<Record<string, string | null>>;

/** Sums of two numbers, one of which has its own file of help, and a test of each. */
const project: Files = {
  "src/sum.sh": "echo $(($1 + $2))\n",
  "test/sum.test.sh": '[ "$(sh src/sum.sh 1 2)" = 3 ]\n',
};
const broken: Files = { "src/sum.sh": "echo $(($1 - $2))\n" };
const runTests = 'for t in test/*.test.sh; do [ -e "$t" ] || continue; sh "$t" || exit 1; done';

interface Story {
  /** What the base has beside the project. */
  readonly base?: Files;
  readonly run?: string;
  readonly check?: Partial<CheckSettings>;
  /** Links of the base: where each stands, and what it says. */
  readonly links?: Readonly<Record<string, string>>;
  readonly change: Files;
  readonly options?: OpenOptions;
  readonly mayChange?: readonly string[];
}

interface Found {
  /** What the change's own gate says. */
  readonly own: readonly string[];
  readonly byBase: BaseGateVerdict;
}

async function begin(story: Story) {
  const own = scratch();
  write(own.project, { ...project, ...story.base });
  for (const [path, target] of Object.entries(story.links ?? {})) symlinkSync(target, join(own.project, path));
  own.git(own.project, "add", "--all", "--force");
  own.git(own.project, "commit", "-qm", "base");
  const workspace = own.open(story.options);
  const done = await doTask(own, workspace, "A", story.change);
  const request = {
    run: "run1",
    task: "A",
    commit: done.commit,
    base: done.base,
    checks: [check("test", story.run ?? runTests, story.check)],
    env: { pass: [], set: {} },
    signal: new AbortController().signal,
    waived: null,
  };
  return { gate: workspace.gate, request, tree: done.tree.path };
}

async function judge(story: Story): Promise<Found> {
  const { gate, request } = await begin(story);
  const byBase = await gate.judgeByBase({
    ...request,
    allowed: { globs: story.mayChange ?? [], paths: [], contents: [] },
  });
  const results = await gate.run(request);
  return { own: results.map(({ result }) => result), byBase };
}

const red = [{ name: "test", result: "fail" }];
const green = [{ name: "test", result: "pass" }];

describe("red by the gate of the base, green by its own", () => {
  const cheats: readonly (readonly [string, Story])[] = [
    [
      "a test renamed out of the glob",
      { change: { ...broken, "test/sum.test.sh": null, "test/sum.old": project["test/sum.test.sh"] ?? "" } },
    ],
    ["a test emptied", { change: { ...broken, "test/sum.test.sh": "\n" } }],
    [
      "the script that the check runs",
      {
        base: { "ci.sh": `${runTests}\n` },
        run: "sh ci.sh",
        change: { ...broken, "ci.sh": "exit 0\n" },
      },
    ],
    [
      "a script behind the script",
      {
        base: { "ci.sh": '. "$(dirname "$0")/steps/all.sh"\n', "steps/all.sh": `${runTests}\n` },
        run: "./ci.sh || sh ./ci.sh",
        change: { ...broken, "steps/all.sh": "true\n" },
      },
    ],
    [
      "a recipe of make, and what it includes",
      {
        base: { "run.mk": "check:\n\tsh test/sum.test.sh\n", Makefile: "include run.mk\n" },
        run: "make -s check",
        change: { ...broken, "run.mk": "check:\n\ttrue\n" },
      },
    ],
    [
      "a set-up that every run loads, newly there",
      {
        base: { "run.sh": 'for s in set-up.d/*.sh; do [ -e "$s" ] && . "$s"; done\nsh test/sum.test.sh\n' },
        run: "if [ -e test/setup.sh ]; then . test/setup.sh; fi; sh run.sh",
        change: { ...broken, "test/setup.sh": "exit 0\n" },
      },
    ],
    [
      "a part that a script finds by a pattern when it runs",
      {
        base: { "ci.sh": 'for s in tools/d/*; do sh "$s" || exit 1; done\n', "tools/d/sum": "sh test/sum.test.sh\n" },
        run: "sh ci.sh",
        change: { ...broken, "tools/d/sum": "true\n" },
      },
    ],
    [
      "what a test compares with, in a file of data",
      {
        base: { "data/sum.txt": "3\n", "test/sum.test.sh": '[ "$(sh src/sum.sh 1 2)" = "$(cat data/sum.txt)" ]\n' },
        change: { ...broken, "data/sum.txt": "-1\n" },
      },
    ],
    [
      "what a link of the tests leads to",
      {
        base: {
          "samples/three.sh": "echo 3\n",
          "test/sum.test.sh": '[ "$(sh src/sum.sh 1 2)" = "$(sh test/expected.sh)" ]\n',
        },
        links: { "test/expected.sh": "../samples/three.sh" },
        change: { ...broken, "samples/three.sh": "echo -1\n" },
      },
    ],
    [
      "what Python had compiled",
      {
        base: { "check.py": "", "test/sum.test.sh": '[ -e src/sum.pyc ] || [ "$(sh src/sum.sh 1 2)" = 3 ]\n' },
        run: "python3 --version && sh test/sum.test.sh",
        change: { ...broken, "src/sum.pyc": "3\n" },
      },
    ],
    [
      "the settings of a runner",
      {
        base: { "jest.config.js": "test/sum.test.sh\n" },
        run: "for t in $(cat jest.config.js); do sh $t || exit 1; done",
        change: { ...broken, "jest.config.js": "\n" },
      },
    ],
    [
      "a folder in place of a script",
      {
        base: { "ci.sh": `${runTests}\n` },
        run: "if [ -f ci.sh ]; then sh ci.sh; else sh ci.sh/all; fi",
        change: { ...broken, "ci.sh": null, "ci.sh/all": "true\n" },
      },
    ],
    ["a new name in other letters", { change: { ...broken, "test/sum.test.sh": null, "Test/Sum.Test.sh": "true\n" } }],
    [
      "variables that a runner reads",
      {
        base: { "read-env.sh": "" },
        run: "[ -e .env.test ] && . ./.env.test; sh ${SUITE:-test/sum.test.sh}",
        change: { ...broken, ".env.test": "SUITE=/dev/null\n" },
      },
    ],
    [
      "a script of package.json",
      {
        base: { "package.json": '{"name": "a", "scripts": {"test": "sh test/sum.test.sh"}}\n' },
        run: "npm test --silent",
        change: { ...broken, "package.json": '{"name": "a", "scripts": {"test": "true"}, "dependencies": {}}\n' },
      },
    ],
  ];
  test.each(cheats)("%s", async (_what, story) => {
    const { own, byBase } = await judge(story);
    expect(own).toEqual(["pass"]);
    expect(byBase.checks).toMatchObject(red);
  });
});

describe("green by the gate of the base", () => {
  const honest: readonly (readonly [string, Story])[] = [
    ["a new test", { change: { "test/more.test.sh": '[ "$(sh src/sum.sh 2 2)" = 4 ]\n' } }],
    [
      "a test made stricter with its subject",
      {
        change: {
          "src/sum.sh": "[ $# = 2 ] || exit 1\necho $(($1 + $2))\n",
          "test/sum.test.sh": `${project["test/sum.test.sh"] ?? ""}! sh src/sum.sh 1\n`,
        },
      },
    ],
    [
      "a test in another place",
      { change: { "test/sum.test.sh": null, "test/deep/sum.test.sh": project["test/sum.test.sh"] ?? "" } },
    ],
    [
      "a script of the check that does more",
      { base: { "ci.sh": `${runTests}\n` }, run: "sh ci.sh", change: { "ci.sh": `echo all\n${runTests}\n` } },
    ],
    [
      "settings of a runner brought up to date",
      {
        base: { "vitest.config.ts": "export default {}\n" },
        change: { "vitest.config.ts": "export default { test: {} }\n" },
      },
    ],
  ];
  test.each(honest)("%s", async (_what, story) => {
    const { own, byBase } = await judge(story);
    expect(own).toEqual(["pass"]);
    expect(byBase.checks).toMatchObject(green);
    expect(byBase.touched.length).toBeGreaterThan(0);
  });
});

describe("nothing of the gate is touched by", () => {
  const others: readonly (readonly [string, Story])[] = [
    ["a change of the product", { change: { "src/other.sh": "true\n" } }],
    [
      "a dependency",
      {
        base: { "package.json": '{"name": "a", "scripts": {"test": "true"}}\n', "package-lock.json": "{}\n" },
        change: {
          "package.json": '{"name": "a", "scripts": {"test": "true"}, "dependencies": {"left": "^1.0.0"}}\n',
          "package-lock.json": '{"packages": {}}\n',
        },
      },
    ],
    ["what the task may change", { change: { ...broken, "test/sum.test.sh": "true\n" }, mayChange: ["test/**"] }],
  ];
  test.each(others)("%s", async (_what, story) => {
    const { own, byBase } = await judge(story);
    expect(own).toEqual(["pass"]);
    expect(byBase).toEqual({ touched: [], checks: [] });
  });
});

test("many files of data that no test names are not asked about", async () => {
  const names = Array.from({ length: 12 }, (_, n) => `data/of-${n}.txt`);
  const { own, byBase } = await judge({
    base: Object.fromEntries(names.map((name) => [name, "old\n"])),
    change: Object.fromEntries(names.map((name) => [name, "new\n"])),
  });
  expect({ own, byBase }).toEqual({ own: ["pass"], byBase: { touched: [], checks: [] } });
});

test("where set-up fails without the change's own files it is not measured", async () => {
  const { byBase } = await judge({
    base: { "test/setup.txt": "one\n" },
    options: {
      setup:
        "grep -q one test/setup.txt || [ -e src/two.sh ] && [ ! -e src/two.sh ] || grep -q two test/setup.txt || [ ! -e src/two.sh ]",
    },
    change: { "test/setup.txt": "two\n", "src/two.sh": "true\n" },
  });
  expect(byBase.checks).toMatchObject([{ name: "test", result: "not_measured", inputs: ["test/setup.txt"] }]);
});

test("tests that ran at the base and run no more are named, skipped ones too", async () => {
  const suite = (cases: string): string => `<testsuite name='s'>${cases}</testsuite>`;
  const one = "<testcase classname='c' name='one'/>";
  const { gate, request } = await begin({
    base: { "src/cases.txt": suite(`${one}<testcase classname='c' name='two'/>`) },
    run: "cp src/cases.txt out.xml",
    check: { report: { kind: "junit", path: "out.xml" } },
    change: { "src/cases.txt": suite(`${one}<testcase classname='c' name='two'><skipped/></testcase>`) },
  });
  // Nothing is known of the base yet, as after a conflict that brought the work onto another: it is measured.
  expect(await gate.run(request)).toMatchObject([{ result: "pass", lost: ["c > two"] }]);
});

describe("what no commit has sways no check", () => {
  const ignoring: Files = { ".gitignore": "node_modules\n.env\n.passed\ndist\n" };
  const setup = "mkdir -p node_modules && echo 'sh test/sum.test.sh' > node_modules/run.sh";
  test.each([
    ["a part of what set-up installed", "sh node_modules/run.sh", "node_modules/run.sh"],
    ["any other ignored file", "[ -e .passed ] || sh test/sum.test.sh", ".passed"],
    ["an ignored file that runners read", "if [ -e .env ]; then . ./.env; fi; sh test/sum.test.sh", ".env"],
  ])("%s", async (_what, run, path) => {
    const { gate, request, tree } = await begin({ base: ignoring, run, change: broken, options: { setup } });
    write(tree, { [path]: "exit 0\n" });
    expect(await gate.run(request)).toMatchObject([{ result: "fail" }]);
  });
  test("a folder of what set-up made, put in the place of another", async () => {
    const swap =
      "mkdir -p node_modules/real node_modules/stub && echo 'sh test/sum.test.sh' > node_modules/real/run.sh && echo 'exit 0' > node_modules/stub/run.sh";
    const { gate, request, tree } = await begin({
      base: ignoring,
      run: "sh node_modules/real/run.sh",
      change: broken,
      options: { setup: swap },
    });
    for (const [from, to] of [
      ["real", "gone"],
      ["stub", "real"],
      ["gone", "stub"],
    ] as const)
      renameSync(join(tree, "node_modules", from), join(tree, "node_modules", to));
    expect(await gate.run(request)).toMatchObject([{ result: "fail" }]);
  });
  test("a forged cache is gone before the check, which stays where the work was done; what was built there is not used", async () => {
    const run = 'echo "$PWD" >> ../ran; [ ! -e node_modules/.cache/x ] && [ ! -e dist ] && sh node_modules/run.sh';
    const { gate, request, tree } = await begin({
      base: ignoring,
      run,
      change: { "src/b.sh": "" },
      options: { setup },
    });
    write(tree, { "node_modules/.cache/x": "x\n" });
    expect(await gate.run(request)).toMatchObject([{ result: "pass" }]);
    expect(read(tree, "../ran")?.trimEnd().split("\n").at(-1)).toBe(tree);
    write(tree, { "dist/x": "x\n" });
    const again = { ...request, checks: request.checks.map((check) => ({ ...check, run: `${check.run}; true` })) };
    expect(await gate.run(again)).toMatchObject([{ result: "pass" }]);
    expect(read(tree, "../ran")?.trimEnd().split("\n").at(-1)).toBe(join(tree, "../.merge"));
    expect(read(tree, "dist/x")).toBe("x\n");
  });
  test("what the code of one task leaves in the worktree of checks is not there for another", async () => {
    const run =
      "[ ! -e dist ] && grep -q sum node_modules/run.sh && mkdir dist && echo 'exit 0' > node_modules/run.sh && : > .gitignore && sh src/go.sh";
    const { gate, request, tree } = await begin({
      base: { ...ignoring, "src/go.sh": "exit 1\n" },
      run,
      change: { "src/go.sh": "exit 0\n" },
      options: { setup },
    });
    write(tree, { ".env": "A=1\n" });
    expect(await gate.run(request)).toMatchObject([{ result: "pass" }]);
    const again = {
      ...request,
      checks: request.checks.map((check) => ({ ...check, run: `${check.run}; sh src/go.sh` })),
    };
    expect(await gate.run(again)).toMatchObject([{ result: "pass" }]);
  });
});
