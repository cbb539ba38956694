import { getEventListeners } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { readProcess } from "../../src/processes/process-table.ts";
import { runCommand } from "../../src/processes/run-command.ts";
import type { Command } from "../../src/processes/watch-command.ts";
import { contentOf, environment, scratchFolder, script } from "./scratch.ts";
import { until } from "../until.ts";

const run = (argv: readonly string[], more: Partial<Command> = {}) =>
  runCommand({ argv, cwd: "/", env: environment, timeoutMs: 3_600_000, ...more });

const nothing = {
  code: 0,
  signal: null,
  stdout: "",
  stderr: "",
  timedOut: false,
  aborted: false,
  truncated: false,
  failure: null,
};

const runs = (pid: number): boolean => readProcess(pid)?.zombie === false;

/** A script that leaves pids in its folder. */
function scriptWithPids(text: string) {
  const folder = scratchFolder();
  const pids = (): number[] => readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number);
  onTestFinished(() =>
    pids()
      .filter(runs)
      .forEach((pid) => process.kill(pid, "SIGKILL")),
  );
  return { argv: ["/bin/sh", script(folder, "run", text)], folder, pids };
}

test("a command's output, code and signal come back", async () => {
  expect(await run(["true"])).toEqual(nothing);
  expect(await run(["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
    ...nothing,
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
  expect(await run(["sh", "-c", "kill -9 $$"])).toEqual({ ...nothing, code: null, signal: "SIGKILL" });
});

test("arguments, folder and environment are as given and nothing else", async () => {
  const folder = scratchFolder();
  const args = ["", "a b", "$(id)", "it's\n", "*"];
  const told = await run(
    [process.execPath, "-p", "JSON.stringify([process.argv.slice(1), process.cwd(), process.env])", "--", ...args],
    {
      cwd: folder,
      env: { ONE: "1" },
    },
  );
  expect(JSON.parse(told.stdout)).toEqual([args, folder, { ONE: "1" }]);
  expect(told.code).toBe(0);
});

test("standard input is what is given, else empty; a command that does not read it is no fault", async () => {
  expect(await run(["cat"], { input: "ä\0b" })).toMatchObject({ stdout: "ä\0b" });
  expect(await run(["wc", "-c"], { input: Buffer.alloc(3_000_000) })).toMatchObject({
    stdout: expect.stringMatching(/3000000/) as unknown,
  });
  expect(await run(["cat"])).toEqual(nothing);
  expect(await run(["true"], { input: "x".repeat(3_000_000) })).toEqual(nothing);
});

test("bytes that are no UTF-8 are replaced", async () => {
  expect(await run(["printf", "a\\377b"])).toMatchObject({ stdout: "a\ufffdb" });
});

test("too much output is dropped, and the command goes on to its end", async () => {
  const text = "head -c 3000000 /dev/zero | tr '\\0' x; echo end; echo err >&2; exit 4";
  const start = await run(["sh", "-c", text], { maxBytes: 1_000 });
  expect(start).toEqual({ ...nothing, code: 4, stdout: "x".repeat(1_000), stderr: "err\n", truncated: true });
  const ends = await run(["sh", "-c", text], { maxBytes: 1_000, keep: "ends" });
  expect(ends.stdout).toBe(`${"x".repeat(500)}\n[2999004 bytes left out]\n${"x".repeat(496)}end\n`);
});

test("what cannot start is a value", async () => {
  const folder = scratchFolder();
  const plain = script(folder, "plain", "", 0o644);
  const kind = async (argv: readonly string[], more: Partial<Command> = {}) => {
    const told = await run(argv, more);
    expect(told).toMatchObject({ code: null, signal: null, stdout: "", timedOut: false });
    return told.failure?.kind;
  };
  expect(await kind(["no-such-program-anywhere"])).toBe("not_found");
  expect(await kind(["./gone"], { cwd: folder })).toBe("not_found");
  expect(await kind([plain])).toBe("not_executable");
  expect(await kind(["true"], { cwd: join(folder, "gone") })).toBe("cwd_missing");
  expect(await kind(["true", "x".repeat(3 * 1024 * 1024)])).toBe("spawn_failed");
  expect(await kind(["true", "\0"])).toBe("spawn_failed");
  expect(await kind(["true"], { env: { ...environment, A: "\0" } })).toBe("spawn_failed");
});

test("a program beside its folder is found from there", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "bin"));
  script(join(folder, "bin"), "tool", "#!/bin/sh\necho tool\n");
  expect(await run(["bin/tool"], { cwd: folder })).toMatchObject({ stdout: "tool\n" });
});

test("a command over its time is ended", async () => {
  const told = await run(["sh", "-c", "sleep 60 & wait"], { timeoutMs: 50 });
  expect(told).toEqual({ ...nothing, code: null, signal: "SIGTERM", timedOut: true });
});

test("a command that is no longer wanted is ended with all it started, what it said is kept", async () => {
  const stubborn = scriptWithPids(`
    sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
    sleep 60 & echo $! >> pids
    trap 'echo asked; exit 9' TERM
    echo ready; echo $$ >> pids; while :; do sleep 0.05; done`);
  const abort = new AbortController();
  const running = run(stubborn.argv, { cwd: stubborn.folder, signal: abort.signal });
  await contentOf(join(stubborn.folder, "pids"), /^(\d+\n){3}$/);
  abort.abort();
  expect(await running).toMatchObject({ code: 9, stdout: "ready\nasked\n", timedOut: false, aborted: true });
  expect(stubborn.pids().filter(runs)).toEqual([]);
});

test("a command that is not wanted from the start does not run", async () => {
  const folder = scratchFolder();
  const told = await run(["touch", join(folder, "ran")], { signal: AbortSignal.abort() });
  expect(told).toEqual({ ...nothing, code: null, aborted: true });
  expect(readdirSync(folder)).toEqual([]);
});

test("a child that a command leaves behind neither holds it up nor outlives it", async () => {
  const silent = scriptWithPids("sleep 60 >/dev/null 2>&1 & echo $! >> pids; echo done");
  expect(await run(silent.argv, { cwd: silent.folder })).toEqual({ ...nothing, stdout: "done\n" });
  await until("the end of the silent", () => !silent.pids().some(runs));
  const holding = scriptWithPids("sleep 60 & echo $! >> pids; echo done");
  expect(await run(holding.argv, { cwd: holding.folder })).toEqual({ ...nothing, stdout: "done\n" });
  await until("the end of who holds the output", () => !holding.pids().some(runs));
});

test("a daemon in a session of its own that holds the output does not hold the command", async () => {
  const daemon = scriptWithPids(`${process.execPath} -e '
    const { spawn } = require("node:child_process");
    const { pid } = spawn("sleep", ["60"], { detached: true, stdio: "inherit" });
    require("node:fs").appendFileSync("pids", pid + "\\n");
    process.exit();'; echo done`);
  expect(await run(daemon.argv, { cwd: daemon.folder })).toEqual({ ...nothing, stdout: "done\n" });
});

test("a signal that many commands share keeps none of their listeners", async () => {
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 5 }, () => run(["true"], { signal })));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
