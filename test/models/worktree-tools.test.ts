import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import type { WorktreeTool } from "../../src/models/tools/worktree-tool.ts";
import { worktreeTools, type WorktreeToolParts } from "../../src/models/tools/worktree-tools.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { check, doTask, enter, read, scratch, write, type Scratch } from "../workspace/scratch.ts";
import { until } from "../until.ts";

let own: Scratch;
let top: string;
let tools: readonly WorktreeTool[];

const open = (more: Partial<WorktreeToolParts> = {}): readonly WorktreeTool[] =>
  worktreeTools({
    workdir: top,
    access: "write",
    checks: [],
    env: { pass: [], set: {} },
    task: "A-1",
    correlation: "c1",
    clock: systemClock,
    environment: own.environment,
    inTurn: (_, work) => work(),
    ...more,
  });

const use = (name: string, input: unknown, of = tools, signal = new AbortController().signal): Promise<string> => {
  const tool = of.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool.execute(input, signal);
};

const files = {
  ".gitignore": "node_modules/\n*.log\n",
  "src/main.ts": "one\ntwo\nthree\n",
  "src/app/[id]/page.tsx": "page of one\n",
  "docs/guide.md": "# Guide\n",
};

beforeEach(async () => {
  own = scratch();
  const workspace = own.open();
  const { commit } = await doTask(own, workspace, "A-0", files);
  top = (await enter(own, workspace, "A-1", commit)).path;
  write(top, { "node_modules/x/index.js": "module.exports = 1\n", "debug.log": "secret\n", "src/new.ts": "new\n" });
  tools = open();
});

test("who may only read gets no tool that writes", () => {
  const looking = open({ access: "read", checks: [check("test", "true")] });
  expect(looking.map(({ name }) => name)).toEqual(["list", "read", "search"]);
  expect(looking.some(({ isWriting }) => isWriting)).toBe(false);
  expect(tools.filter(({ isWriting }) => isWriting).map(({ name }) => name)).toEqual(["write", "edit", "delete"]);
  expect(open({ checks: [check("test", "true")] }).at(-1)).toMatchObject({ name: "run_check", isWriting: true });
});

describe("list", () => {
  test("shows all that git does not ignore, new files as well, and nothing deleted", async () => {
    await use("delete", { path: "docs/guide.md" });
    expect((await use("list", {})).split("\n")).toEqual([
      ".gitignore",
      "a.txt",
      '"src/app/[id]/page.tsx"',
      "src/main.ts",
      "src/new.ts",
    ]);
  });

  test.each([
    ["src/app", '"src/app/[id]/page.tsx"'],
    ["./docs/", "docs/guide.md"],
    ["*.md", "docs/guide.md"],
    ["src/**/*.tsx", '"src/app/[id]/page.tsx"'],
    ["src/app/[id]", '"src/app/[id]/page.tsx"'],
    ["nothing", "no files at nothing; what git ignores is not listed"],
    ["node_modules", "no files at node_modules; what git ignores is not listed"],
    [":(top)*", 'no files at ":(top)*"; what git ignores is not listed'],
  ])("%s", async (path, expected) => {
    expect(await use("list", { path })).toBe(expected);
  });

  test("counts where there are too many", async () => {
    write(top, Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`many/${at % 3}/${at}.txt`, ""])));
    const text = await use("list", {});
    expect(text).toMatch(/^456 files; name a folder or a glob/);
    expect(text).toContain("\nmany/1/ 150 files");
    expect(text.split("\n").length).toBeLessThan(20);
  });
});

describe("read", () => {
  test("numbers the lines, by ranges", async () => {
    expect(await use("read", { path: "src/main.ts" })).toBe("1\tone\n2\ttwo\n3\tthree");
    expect(await use("read", { path: "src/main.ts", from: 2, lines: 1 })).toBe(
      "2\ttwo\n[lines 2 to 2 of 3; go on with from: 3]",
    );
    expect(await use("read", { path: "src/main.ts", from: 9 })).toBe("error: src/main.ts has 3 lines, none at 9");
  });

  test("a large file comes in parts, a long line is cut, what is too large is not read", async () => {
    write(top, {
      "long.txt": `${"x".repeat(5_000)}\n`,
      "many.txt": "a line of the file\n".repeat(9_000),
      "huge.txt": "x".repeat(11 * 1024 * 1024),
    });
    expect(await use("read", { path: "long.txt" })).toMatch(/^1\tx{2000}… \[5000 characters\]$/);
    expect(await use("read", { path: "many.txt" })).toMatch(/\n\[lines 1 to 2000 of 9000; go on with from: 2001\]$/);
    expect(await use("read", { path: "huge.txt" })).toMatch(/^error: huge.txt has \d+ bytes, more than can be read/);
  });

  test("says what is no text, no file, or not there", async () => {
    writeFileSync(join(top, "pixel.png"), Buffer.from([0x89, 0x50, 0, 1]));
    writeFileSync(join(top, "latin.txt"), Buffer.from([0x63, 0xe9]));
    write(top, { "empty.txt": "" });
    expect(await use("read", { path: "pixel.png" })).toBe("error: pixel.png is binary (4 bytes)");
    expect(await use("read", { path: "latin.txt" })).toBe("error: latin.txt is no UTF-8 text (2 bytes)");
    expect(await use("read", { path: "empty.txt" })).toBe("[empty.txt is empty]");
    expect(await use("read", { path: "src" })).toBe("error: src is a folder; list shows what is in it");
    expect(await use("read", { path: "" })).toMatch(/is a folder/);
    expect(await use("read", { path: "src/main.js" })).toBe(
      "error: no such file src/main.js; did you mean src/main.ts?",
    );
    expect(await use("read", { path: "guide.md" })).toBe("error: no such file guide.md; did you mean docs/guide.md?");
    expect(await use("read", { path: "quite/another" })).toBe(
      "error: no such file quite/another; list shows what is there",
    );
  });
});

test("what git ignores can be read, but no secrets of the machine", async () => {
  write(top, { ".gitignore": "node_modules/\n*.log\n.env*\n*.pem\n", ".env": "KEY=private\n", "a.pem": "private\n" });
  write(top, { "secrets.md": "how we keep them\n", "src/.env.local": "KEY=private\n" });
  symlinkSync(".env", join(top, "plain.txt"));
  for (const path of [".env", "a.pem", "src/.env.local", "plain.txt"])
    expect(await use("read", { path })).toBe(
      `error: ${path} is ignored by git and may hold secrets, so it is not shown`,
    );
  expect(await use("read", { path: "secrets.md" })).toBe("1\thow we keep them");
  expect(await use("read", { path: "node_modules/x/index.js" })).toBe("1\tmodule.exports = 1");
});

describe("search", () => {
  test("finds text and expressions, in new files too, in none that git ignores", async () => {
    write(top, { "src/new.ts": "a.b(c\nsecret 12\n" });
    expect(await use("search", { text: "secret" })).toBe("src/new.ts:2: secret 12");
    expect(await use("search", { text: "a.b(c" })).toBe("src/new.ts:1: a.b(c");
    expect(await use("search", { text: "^SECRET \\d+$", regex: true, ignoreCase: true })).toBe(
      "src/new.ts:2: secret 12",
    );
    expect(await use("search", { text: "o", path: "*.md" })).toBe('nothing found in "*.md"');
    expect(await use("search", { text: "page", path: "src/app/[id]" })).toBe('"src/app/[id]/page.tsx":1: page of one');
    expect(await use("search", { text: "-e" })).toBe("nothing found in the project");
    expect(await use("search", { text: "(", regex: true })).toMatch(/^error: the search failed: .*parenthesis/);
    expect(await use("search", { text: "a\nb" })).toMatch(/^error: search looks at single lines/);
  });

  test("shows a bounded part of much, and comes to an end with an expression that would not", async () => {
    write(top, { "many.txt": "the same\n".repeat(3_000), "long.txt": `${"y".repeat(9_000)}\n` });
    const many = (await use("search", { text: "same" })).split("\n");
    expect(many).toHaveLength(201);
    expect(many.at(-1)).toMatch(/^\[there may be more/);
    expect(await use("search", { text: "yyy" })).toHaveLength("long.txt:1: ".length + 301);
    write(top, { "evil.txt": `${"a".repeat(5_000)}!\n`.repeat(50) });
    expect(await use("search", { text: "^(a+)+$", regex: true, path: "evil.txt" })).toMatch(
      /^error|^nothing|^\[nothing/,
    );
  });
});

describe("write, edit and delete", () => {
  test("make, replace and take away, with modes kept", async () => {
    expect(await use("write", { path: "deep/er/run.sh", text: "#!/bin/sh\n", executable: true })).toBe(
      "made deep/er/run.sh, 10 bytes",
    );
    expect(statSync(join(top, "deep/er/run.sh")).mode & 0o111).not.toBe(0);
    expect(await use("write", { path: "deep/er/run.sh", text: "é\n" })).toBe("replaced deep/er/run.sh, 3 bytes");
    expect(statSync(join(top, "deep/er/run.sh")).mode & 0o111).not.toBe(0);
    chmodSync(join(top, "src/main.ts"), 0o600);
    expect(await use("edit", { path: "src/main.ts", old: "two", new: "2 $& $1" })).toBe("changed src/main.ts");
    expect(statSync(join(top, "src/main.ts")).mode & 0o777).toBe(0o600);
    expect(read(top, "src/main.ts")).toBe("one\n2 $& $1\nthree\n");
    expect(await use("delete", { path: "src/main.ts" })).toBe("deleted src/main.ts");
    expect(await use("delete", { path: "src/main.ts" })).toBe(
      "error: no such file src/main.ts; list shows what is there",
    );
    expect(await use("delete", { path: "src" })).toBe("error: src is a folder; delete its files one by one");
    expect(readdirSync(join(top, "deep/er"))).toEqual(["run.sh"]);
  });

  test("say why an edit cannot be", async () => {
    expect(await use("edit", { path: "src/man.ts", old: "a", new: "b" })).toBe(
      "error: no such file src/man.ts; did you mean src/main.ts?",
    );
    expect(await use("edit", { path: "src/main.ts", old: "tow", new: "b" })).toMatch(
      /^error: src\/main.ts was not changed: the old text does not stand there/,
    );
    expect(await use("write", { path: "src/main.ts/x", text: "" })).toBe(
      "error: src/main.ts/x: src/main.ts is a file, not a folder",
    );
    expect(await use("write", { path: "src", text: "" })).toBe("error: src is a folder");
    expect(await use("write", { path: "a".repeat(300), text: "" })).toBe("error: the path is too long");
    expect(await use("write", { path: "lone.txt", text: "\ud800" })).toMatch(/^error: the text holds half/);
    expect(await use("edit", { path: "src/main.ts" })).toMatch(/^error: edit was not run:/);
  });

  test("leave alone what git ignores and what is a repository of its own", async () => {
    own.git(top, "init", "-q", "vendor");
    for (const path of ["node_modules/x/index.js", "other.log"])
      expect(await use("write", { path, text: "" })).toBe(
        `error: ${path} is ignored by git, so it is not part of the work; choose another place`,
      );
    expect(await use("delete", { path: "debug.log" })).toMatch(/is ignored by git/);
    expect(await use("write", { path: "vendor/a.txt", text: "" })).toMatch(/vendor is a repository of its own/);
    expect(read(top, "debug.log")).toBe("secret\n");
  });

  test("bound what is written, in one file and in all", async () => {
    const text = "x".repeat(1024 * 1024);
    expect(await use("write", { path: "big.txt", text: `${text}x` })).toMatch(/at most 1048576 can be written/);
    for (let n = 0; n < 64; n += 1) expect(await use("write", { path: "big.txt", text })).toMatch(/1048576 bytes$/);
    expect(await use("write", { path: "big.txt", text: "x" })).toMatch(/^error: more was written than/);
  });

  test("come one after another, in the order in which they were asked", async () => {
    const [, , third] = await Promise.all([
      use("write", { path: "n.txt", text: "1" }),
      use("edit", { path: "n.txt", old: "1", new: "2" }),
      use("read", { path: "n.txt" }),
      use("edit", { path: "n.txt", old: "2", new: "3" }),
    ]);
    expect(third).toBe("1\t2");
    expect(read(top, "n.txt")).toBe("3");
  });
});

describe("nothing leads out", () => {
  let outside: string;
  beforeEach(() => {
    outside = join(own.root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "key"), "private\n");
    symlinkSync(outside, join(top, "way-out"));
    symlinkSync(join(outside, "key"), join(top, "key"));
    symlinkSync(join(outside, "not-yet"), join(top, "dangling"));
    symlinkSync(own.project, join(top, "src", "checkout"));
    symlinkSync(join(own.project, ".git"), join(top, "src", "gits"));
    symlinkSync("main.ts", join(top, "src", "same.ts"));
    symlinkSync("src", join(top, "source"));
    symlinkSync(".git", join(top, "dot"));
    symlinkSync("loop", join(top, "loop"));
  });

  const leading = [
    "way-out/key",
    "way-out/new",
    "way-out/deep/new",
    "key",
    "dangling",
    "src/checkout/a.txt",
    "src/gits/config",
    "dot",
    "loop",
    "loop/x",
    ".git",
    ".GIT/config",
    "src/.git/hooks/x",
    ".git /config",
    ".g\u200cit/config",
    "GIT~1/config",
    "../outside/key",
    "src/../../outside/key",
    "/etc/passwd",
    "~/.ssh/id",
    "C:\\x",
    "a\u0000b",
    "a\nb",
    "a\u202eb",
    "\ud800",
  ];

  test("by links, names of git's own, or ways up", async () => {
    const state = (): unknown[] => [
      readdirSync(outside),
      read(outside, "key"),
      read(top, ".git"),
      own.git(own.project, "config", "--list", "--local"),
    ];
    const before = state();
    const answers: string[] = [];
    for (const path of leading) {
      answers.push(`${path}: ${await use("read", { path })}`, `${path}: ${await use("write", { path, text: "x" })}`);
      answers.push(`${path}: ${await use("edit", { path, old: "private", new: "x" })}`);
      const found = await use("search", { text: "private", path });
      answers.push(`${path}: ${found.startsWith("nothing found") ? `error: ${found}` : found}`);
    }
    expect(answers.filter((answer) => !answer.includes(": error: "))).toEqual([]);
    expect(answers).toHaveLength(4 * leading.length);
    expect(state()).toEqual(before);
  });

  test("a link is deleted itself, not what it leads to", async () => {
    expect(await use("delete", { path: "key" })).toBe("deleted key");
    expect(await use("delete", { path: "way-out" })).toBe("deleted way-out");
    expect(await use("delete", { path: "src/checkout/a.txt" })).toMatch(/leads out of the worktree/);
    expect(existsSync(join(outside, "key"))).toBe(true);
    expect(existsSync(join(own.project, "a.txt"))).toBe(true);
  });

  test("links inside are read through; what is behind them is written under its own name", async () => {
    expect(await use("read", { path: "src/same.ts" })).toBe("1\tone\n2\ttwo\n3\tthree");
    expect(await use("write", { path: "src/same.ts", text: "" })).toMatch(/is a link; name the file it leads to/);
    expect(await use("write", { path: "source/made.ts", text: "made\n" })).toBe("made source/made.ts, 5 bytes");
    expect(read(top, "src/made.ts")).toBe("made\n");
    expect(lstatSync(join(top, "source")).isSymbolicLink()).toBe(true);
  });

  test("pipes and devices are not waited for", async () => {
    const tool = open({ checks: [check("pipe", "mkfifo pipe")] });
    expect(await use("run_check", { name: "pipe" }, tool)).toMatch(/^pipe passed/);
    expect(await use("read", { path: "pipe" })).toBe("error: pipe is no plain file");
    expect(await use("write", { path: "pipe", text: "" })).toBe("error: pipe is no plain file");
  });

  const part = fc.oneof(
    fc.constantFrom(
      "..",
      ".",
      "",
      ".git",
      ".GIT",
      "src",
      "way-out",
      "checkout",
      "gits",
      "key",
      "dot",
      "source",
      "~",
      "C:",
      "\\",
    ),
    fc.string({ maxLength: 12, unit: "binary" }),
  );
  test("by any path at all: no throw, and nothing changes outside", async () => {
    const before = own.git(own.project, "status", "--porcelain", "--ignored");
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/")),
        async (path) => {
          expect(await use("write", { path, text: "written" })).toMatch(/^(?:error: |made |replaced )/);
          expect(await use("read", { path })).not.toContain("private");
          expect(await use("search", { text: "private", path })).not.toContain("private\n");
          expect(await use("delete", { path })).toMatch(/^(?:error: |deleted )/);
        },
      ),
      { numRuns: 60 },
    );
    expect(readdirSync(outside)).toEqual(["key"]);
    expect(read(outside, "key")).toBe("private\n");
    expect(own.git(own.project, "status", "--porcelain", "--ignored")).toBe(before);
    expect(read(top, ".git")).toMatch(/^gitdir: /);
  });
});

describe("run_check", () => {
  const checks = [
    check("test", 'cat src/main.ts; echo "$A-${SECRET:-none}-$GANDY_TASK"'),
    check("red", "echo oh; exit 3"),
    check("slow", "sleep 60", { timeoutMs: 300 }),
    check("messy", "echo x > left.txt; echo y > left.log"),
    check("alone", "true", { exclusive: true }),
  ];

  test("runs what the user wrote on the files as they are, with a built environment", async () => {
    const waited: string[] = [];
    const mine = open({
      checks,
      env: { pass: [], set: { A: "b" } },
      environment: { ...own.environment, SECRET: "key" },
      inTurn: async ({ exclusive }, work) => {
        waited.push(exclusive ? "alone" : "beside");
        return work();
      },
    });
    await use("edit", { path: "src/main.ts", old: "two", new: "2" }, mine);
    expect(await use("run_check", { name: "test" }, mine)).toMatch(
      /^test passed in \d+\.\d s\none\n2\nthree\nb-none-A-1$/,
    );
    expect(await use("run_check", { name: "red" }, mine)).toMatch(/^red failed after \d+\.\d s: exit code 3\noh$/);
    expect(await use("run_check", { name: "slow" }, mine)).toMatch(/took longer than 0.3 s/);
    expect(await use("run_check", { name: "messy" }, mine)).toMatch(
      /\[the check changed files that git does not ignore: left.txt; delete those/,
    );
    expect(waited).toEqual(["beside", "beside", "beside", "beside"]);
    expect(await use("run_check", { name: "alone" }, mine)).toMatch(/^alone passed/);
    expect(waited.slice(4)).toEqual(["alone"]);
    expect(await use("run_check", { name: "rm -rf /" }, mine)).toBe(
      'error: this task has no check "rm -rf /"; it has: test, red, slow, messy, alone',
    );
  });

  test("ends with the call", async () => {
    const stop = new AbortController();
    const mine = open({ checks: [check("hang", "echo > started; sleep 600")] });
    const running = use("run_check", { name: "hang" }, mine, stop.signal);
    await until("its start", () => existsSync(join(top, "started")));
    stop.abort();
    expect(await running).toBe("error: the work was stopped");
    expect(await use("list", {}, mine, stop.signal)).toBe("error: the work was stopped");
  });
});

test("hostile inputs are answered in words, and details are short", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tools), fc.anything(), async (tool, input) => {
      expect(typeof (await tool.execute(input, new AbortController().signal))).toBe("string");
      expect(tool.detail(input).length).toBeLessThanOrEqual(200);
    }),
    { numRuns: 50 },
  );
  expect(
    tools.map((tool) => tool.detail({ path: "x".repeat(999), from: 3, text: "t", old: "", new: "" }).length),
  ).toEqual(tools.map(() => 200));
});

test("a worktree that is gone is said", async () => {
  const gone = open({ workdir: join(own.root, "gone") });
  for (const name of ["list", "read", "write"])
    expect(await use(name, { path: "a", text: "" }, gone)).toBe("error: the worktree is gone; stop and say so");
});
