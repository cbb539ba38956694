import { spawn } from "node:child_process";
import { expect, test } from "vitest";

import {
  isAlive,
  isDeadByPid,
  lookFor,
  processStartTime,
  readIdentity,
  startOrder,
} from "../../src/processes/identity.ts";
import { hasVariable, parsePs, parseStat, readProcess, readProcessTable } from "../../src/processes/process-table.ts";
import { because, noProc } from "../skipped.ts";
import { until } from "../until.ts";

test("this process knows who it is", async () => {
  const identity = await readIdentity();
  expect(identity).toEqual(await readIdentity());
  expect(identity.pid).toBe(process.pid);
  for (const part of [identity.machine, identity.boot, identity.pidNamespace, identity.startTime]) {
    expect(part).not.toBe("");
  }
  expect(isAlive(identity)).toBe(true);
  expect(isDeadByPid(identity, identity)).toBe(false);
});

test("a process with the same pid and another start is another process", () => {
  const startTime = processStartTime(process.pid) ?? "";
  expect(isAlive({ pid: process.pid, startTime })).toBe(true);
  expect(isAlive({ pid: process.pid, startTime: `1${startTime}` })).toBe(false);
  expect(isAlive({ pid: process.pid, startTime: `${startTime}-of-another-boot` })).toBe(false);
  expect(isAlive({ pid: process.pid, startTime: "" })).toBe(false);
});

test("a process that ended is dead, and has no start time", async () => {
  const child = spawn("/bin/sh", ["-c", "read line"]);
  const pid = child.pid ?? 0;
  const record = { pid, startTime: processStartTime(pid) ?? "" };
  expect(lookFor(record)).toBe("alive");
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end();
  await closed;
  expect(lookFor(record)).toBe("dead");
  expect(processStartTime(pid)).toBeNull();
  const self = await readIdentity();
  const owner = { ...self, ...record };
  expect(isDeadByPid(owner, self)).toBe(true);
  for (const part of ["machine", "boot", "pidNamespace"] as const) {
    expect(isDeadByPid({ ...owner, [part]: "another" }, self)).toBe(false);
    expect(isDeadByPid({ ...owner, [part]: "" }, { ...self, [part]: "" })).toBe(false);
  }
});

test("a zombie is not alive, yet its start time can still be read", async () => {
  // The shell execs sleep without ever waiting for its child, which stays a zombie.
  const parent = spawn("/bin/sh", ["-c", "sh -c 'echo $$' & exec sleep 60"]);
  const pid = Number(
    await new Promise((resolve) => parent.stdout.once("data", (data: Buffer) => resolve(data.toString()))),
  );
  await until("a zombie", () => readProcess(pid)?.zombie === true);
  const startTime = processStartTime(pid);
  expect(startTime).not.toBeNull();
  expect(isAlive({ pid, startTime: startTime ?? "" })).toBe(false);
  parent.kill("SIGKILL");
});

test("start times of one boot are in order, those of another say nothing", () => {
  const startTime = processStartTime(process.pid) ?? "";
  const parent = processStartTime(process.ppid) ?? "";
  const order = startOrder(startTime);
  expect(order).not.toBeNull();
  expect(startOrder(parent)).toBeLessThanOrEqual(order ?? 0);
  expect(startOrder(`${startTime}0`)).toBeNull();
  expect(startOrder("")).toBeNull();
});

test("a command's name cannot forge the fields of /proc/<pid>/stat", () => {
  const rest = `${"0 ".repeat(7)}7 8 1 2 20 0 1 0 4242 ${"0 ".repeat(30)}`;
  const row = parseStat(`12 (evil) Z 1 1 1 (x) S 3 4 5 ${rest}`);
  expect(row).toEqual({
    pid: 12,
    parent: 3,
    group: 4,
    session: 5,
    terminal: null,
    zombie: false,
    started: "4242",
    cpuMs: 180,
    name: "evil) Z 1 1 1 (x",
  });
  for (const bad of ["", "12", "12 (a", "12 (a) S 1 2", "x (a) S 1 2 3"]) expect(parseStat(bad)).toBeNull();
});

test("lines of ps are read", () => {
  expect(parsePs("  501     1   500 Ss   ttys001  Sat Nov 21 03:15:00 2026    ")).toEqual({
    pid: 501,
    parent: 1,
    group: 500,
    session: null,
    terminal: "ttys001",
    zombie: false,
    started: "Sat Nov 21 03:15:00 2026",
    cpuMs: null,
    name: "",
  });
  expect(parsePs("  502   501   500 Z+   ??       Sun Nov  1 03:15:00 2026")).toMatchObject({
    zombie: true,
    terminal: null,
    started: "Sun Nov 1 03:15:00 2026",
  });
  for (const bad of ["", "PID PPID PGID", "1 2 3 S"]) expect(parsePs(bad)).toBeNull();
});

test("the table holds this process and its parent", () => {
  const table = readProcessTable();
  expect(table.find(({ pid }) => pid === process.pid)?.parent).toBe(process.ppid);
  expect(table.some(({ pid }) => pid === process.ppid)).toBe(true);
  expect(readProcess(process.pid)?.started).toBe(table.find(({ pid }) => pid === process.pid)?.started);
});

test.skipIf(noProc !== null)(`a variable is found whole, not by a part of it${because(noProc)}`, () => {
  const child = spawn("/bin/sleep", ["60"], { env: { A: "1", KEY: "abc" } });
  const pid = child.pid ?? 0;
  expect(hasVariable(pid, "KEY=abc")).toBe(true);
  expect(hasVariable(pid, "A=1")).toBe(true);
  expect(hasVariable(pid, "KEY=ab")).toBe(false);
  expect(hasVariable(pid, "EY=abc")).toBe(false);
  child.kill("SIGKILL");
});
