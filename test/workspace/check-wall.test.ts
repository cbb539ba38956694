import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { defaultSandbox } from "../../src/domain/sandbox.ts";
import type { CheckResult } from "../../src/domain/events.ts";
import type { CheckSettings } from "../../src/domain/settings.ts";
import type { Workspace } from "../../src/engine/ports/workspace.ts";
import type { Enclose } from "../../src/processes/enclose.ts";
import { check, doTask, read, scratch, type Scratch } from "./scratch.ts";

/** A wall in which there is the variable BEHIND, so that a command can tell. */
const wall: Enclose = () =>
  Promise.resolve({ use: { kind: "bubblewrap" }, wrap: (argv) => ["/usr/bin/env", "BEHIND=1", ...argv] });

const judge = (
  workspace: Workspace,
  done: { readonly commit: string; readonly base: string },
  checks: readonly CheckSettings[],
): Promise<readonly CheckResult[]> =>
  workspace.gate.run({
    run: "run1",
    task: "A",
    ...done,
    checks,
    env: { pass: [], set: {} },
    signal: new AbortController().signal,
    waived: null,
  });

/** Says in a file where it ran, then what is given. */
const telling = (own: Scratch, command: string): string =>
  `echo "\${BEHIND:-open} $(cat a.txt)" >>'${join(own.root, "ran")}'; ${command}`;
const ran = (own: Scratch): readonly string[] => (read(own.root, "ran") ?? "").trim().split("\n");
const open = { kind: "none", why: "it failed behind the wall and passed without it, on the base" };

describe("a check", () => {
  test("that works behind the wall stays there", async () => {
    const own = scratch();
    const workspace = own.open({ enclose: wall });
    const done = await doTask(own, workspace, "A", { "a.txt": "two\n" });
    const [result] = await judge(workspace, done, [check("c", telling(own, "true"))]);
    expect(result).toMatchObject({ result: "pass", sandbox: { kind: "bubblewrap" } });
    expect(ran(own)).toEqual(["1 two"]);
  });

  test("that works only without it, on the base, goes on without it, and that is said", async () => {
    const own = scratch();
    const workspace = own.open({ enclose: wall });
    const done = await doTask(own, workspace, "A", { "a.txt": "two\n" });
    const checks = [check("c", telling(own, `test -z "$BEHIND"`))];
    expect(await judge(workspace, done, checks)).toMatchObject([{ result: "pass", sandbox: open }]);
    expect(ran(own)).toEqual(["1 two", "1 one", "1 one", "open one", "open two"]);
    expect(own.notes.filter((note) => note.includes("behind the sandbox"))).toHaveLength(1);
    // It is kept, also for another task.
    const other = await doTask(own, workspace, "B", { "a.txt": "three\n" });
    expect(await judge(workspace, other, checks)).toMatchObject([{ result: "pass", sandbox: open }]);
    expect(ran(own).slice(5)).toEqual(["open three"]);
  });

  test("that a task makes fail behind the wall is not let out", async () => {
    const own = scratch();
    const workspace = own.open({ enclose: wall });
    const done = await doTask(own, workspace, "A", { "a.txt": "out\n" });
    const command = telling(own, `test "$(cat a.txt)" = one || test -z "$BEHIND"`);
    const [result] = await judge(workspace, done, [check("c", command)]);
    expect(result).toMatchObject({ result: "fail", newFailures: ["c"], sandbox: { kind: "bubblewrap" } });
    expect(ran(own)).toEqual(["1 out", "1 one"]);
  });

  test.for([
    { mode: "require" as const, network: "on" as const },
    { mode: "auto" as const, network: "off" as const },
  ])("is never let out with %o", async (settings) => {
    const own = scratch();
    const workspace = own.open({ enclose: wall, sandbox: { ...defaultSandbox, ...settings } });
    const done = await doTask(own, workspace, "A", { "a.txt": "two\n" });
    const [result] = await judge(workspace, done, [check("c", telling(own, `test -z "$BEHIND"`))]);
    expect(result).toMatchObject({ result: "known", sandbox: { kind: "bubblewrap" } });
    expect(ran(own)).toEqual(["1 two", "1 one", "1 one"]);
  });
});

test("set-up that works only without the wall, before anybody has worked, goes on without it", async () => {
  const own = scratch();
  const workspace = own.open({ enclose: wall, setup: telling(own, `test -z "$BEHIND"`) });
  await doTask(own, workspace, "A", { "a.txt": "two\n", "package.json": "{}" });
  await doTask(own, workspace, "B", { "a.txt": "two\n" });
  expect(ran(own)).toEqual(["1 one", "open one", "open one"]);
  expect(own.notes.filter((note) => note.includes("setup fails behind"))).toHaveLength(1);
});
