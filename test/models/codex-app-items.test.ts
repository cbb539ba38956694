import { expect, test } from "vitest";

import { askedCommand, changesDiff, plainCommand } from "../../src/models/codex/codex-app-items.ts";

test.each([
  ["/bin/bash -lc 'echo hi > a.txt'", "echo hi > a.txt"],
  [`bash -lc "echo \\"it's\\""`, `echo "it's"`],
  [`/bin/zsh -c 'a'\\''b'`, `/bin/zsh -c 'a'\\''b'`],
  ["/bin/bash -lc ls", "ls"],
  ["/bin/bash -lc ls -a", "/bin/bash -lc ls -a"],
  ['/bin/bash -lc "$X"', '/bin/bash -lc "$X"'],
  ["bash -lc 'open", "bash -lc 'open"],
  ["git status", "git status"],
  ["evilbash -lc 'npm test'", "evilbash -lc 'npm test'"],
])("the command %s", (command, plain) => {
  expect(plainCommand(command)).toBe(plain);
});

test("a request that is for more than a command here says so", () => {
  const ask = (more: object) => askedCommand({ command: "bash -lc 'npm test'", cwd: "/repo", ...more }, "/repo");
  expect(ask({})).toBe("npm test");
  expect(ask({ cwd: "/repo/web" })).toBe("cd web && npm test");
  expect(ask({ kind: "writeStdin" })).toBe("writeStdin: npm test");
  const networkApprovalContext = { host: "example.org", protocol: "https" };
  expect(ask({ networkApprovalContext })).toBe("https access to example.org: npm test");
  expect(ask({ networkApprovalContext, command: null })).toBe("https access to example.org");
  expect(ask({ command: null })).toBe(null);
});

test("changes as a diff", () => {
  const changes = [
    { path: "/repo/gone.txt", kind: { type: "delete" }, diff: "old\n" },
    { path: "/repo/a.txt", kind: { type: "update", move_path: "/repo/b.txt" }, diff: "@@ -1 +1 @@\n-x\n+y\n" },
    { path: "/elsewhere", kind: { type: "add" }, diff: "" },
  ];
  expect(changesDiff({ changes }, "/repo")?.split("\n")).toEqual([
    "--- gone.txt",
    "+++ /dev/null",
    "-old",
    "--- a.txt",
    "+++ b.txt",
    "@@ -1 +1 @@",
    "-x",
    "+y",
    "--- /dev/null",
    "+++ /elsewhere",
  ]);
  expect(changesDiff(null, "/repo")).toBe(null);
});

test("a change that is too long to be shown says how much of it is not", () => {
  const changes = [{ path: "/repo/a.txt", kind: { type: "add" }, diff: "x".repeat(50_000) }];
  expect(changesDiff({ changes }, "/repo")).toMatch(/… and \d+ more characters that are not shown$/);
});
