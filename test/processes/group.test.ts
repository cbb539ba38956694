import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { endGroup, groupCpuMs, groupMembers, signalGroup } from "../../src/processes/group.ts";
import { isAlive, processStartTime } from "../../src/processes/identity.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { markScript } from "../../src/processes/work-mark.ts";
import { because, noProc } from "../skipped.ts";
import { until } from "../until.ts";
import { contentOf, endAfterTest, scratchFolder, script } from "./scratch.ts";

const short = [
  { signal: "SIGTERM", waitMs: 150 },
  { signal: "SIGKILL", waitMs: 5_000 },
] as const;

/** A child in its own group that runs a shell script; the pids the script writes to `pids`, one a line, come with it. */
async function child(text: string, wanted: number, env: Record<string, string> = {}) {
  const folder = scratchFolder();
  const file = script(folder, "run", text);
  const running = spawn("/bin/sh", [file], {
    cwd: folder,
    detached: true,
    stdio: "ignore",
    env: { PATH: process.env["PATH"], ...env },
  });
  const pid = running.pid ?? 0;
  const record: ProcessRecord = { pid, startTime: processStartTime(pid) ?? "" };
  endAfterTest(record);
  const pids = await contentOf(join(folder, "pids"), new RegExp(`^(\\d+\\n){${wanted}}$`));
  const others = pids.trim().split("\n").map(Number);
  onTestFinished(() => {
    for (const other of others) if (readProcess(other)?.zombie === false) process.kill(other, "SIGKILL");
  });
  return { record, pids: others, folder, running };
}

const runs = (pid: number): boolean => readProcess(pid)?.zombie === false;

test("a group that follows the first signal is ended by it", async () => {
  const { record, pids, running } = await child("sleep 60 & echo $! >> pids; sleep 60 & echo $! >> pids; wait", 2);
  const signal = new Promise((resolve) => running.once("exit", (_code, signal) => resolve(signal)));
  expect(await endGroup(record)).toEqual({ left: [] });
  expect([record.pid, ...pids].filter(runs)).toEqual([]);
  expect(await signal).toBe("SIGTERM");
});

test("a grandchild that ignores the first signal is killed", async () => {
  const stubborn = "sh -c 'trap \"\" TERM; echo $$ >> pids; while :; do sleep 1; done' &";
  const { record, pids } = await child(`${stubborn} wait`, 1);
  expect(await endGroup(record, { signalSteps: short })).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual([]);
});

test("what will not end is named", async () => {
  const { record, pids } = await child("trap '' TERM; echo $$ >> pids; while :; do sleep 1; done", 1);
  const { left } = await endGroup(record, { signalSteps: [{ signal: "SIGTERM", waitMs: 60 }] });
  expect(left).toEqual(expect.arrayContaining(pids));
});

test("the children of a dead leader are ended", async () => {
  const { record, pids, running } = await child("sleep 60 & echo $! >> pids", 1);
  await until("the end of the leader", () => running.exitCode !== null);
  expect(isAlive(record)).toBe(false);
  expect(groupMembers(record)).toEqual(pids);
  expect(await endGroup(record)).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual([]);
});

const otherSession = (then: string): string =>
  `${process.execPath} -e '
    const { spawn } = require("node:child_process");
    const { pid } = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    require("node:fs").appendFileSync("pids", pid + "\\n");
    ${then}'`;

test("a descendant in a session of its own is found through its living parents", async () => {
  const { record, pids } = await child(otherSession("setInterval(() => {}, 1e6);"), 1);
  expect(readProcess(pids[0] ?? 0)?.group).toBe(pids[0]);
  expect(await endGroup(record)).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual([]);
});

test("one in a session of its own that outlives its parent and the first signal is still known", async () => {
  const stubborn = 'sh", ["-c", "trap \\"\\" TERM; echo $$ >> pids; while :; do sleep 1; done"]';
  const starter = `${process.execPath} -e '
    require("node:child_process").spawn("${stubborn}, { detached: true, stdio: "ignore" });
    setInterval(() => {}, 1e6);'`;
  const { record, pids } = await child(starter, 1);
  expect(readProcess(pids[0] ?? 0)?.group).toBe(pids[0]);
  expect(await endGroup(record, { signalSteps: short })).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual([]);
});

test.skipIf(noProc !== null)(`one whose parents are dead is found by the marker alone${because(noProc)}`, async () => {
  const { record, pids, running } = await child(otherSession("process.exit();"), 1, { CALL_KEY: "group-test/1" });
  await until("the end of the leader", () => running.exitCode !== null);
  expect(await endGroup(record)).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual(pids);
  expect(await endGroup(record, { marker: "CALL_KEY=group-test" })).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual(pids);
  expect(await endGroup(record, { marker: "CALL_KEY=group-test/1" })).toEqual({ left: [] });
  expect(pids.filter(runs)).toEqual([]);
});

const onLinux = process.platform === "linux" ? null : "only Linux hands the mark down";
test.skipIf(onLinux !== null)(
  `one that carries nothing is found by the mark of the kernel${because(onLinux)}`,
  async () => {
    const marked = `${markScript(systemClock.now())}\n${otherSession("process.exit();")}`;
    const { record, pids, running } = await child(marked, 1);
    await until("the end of the leader", () => running.exitCode !== null);
    expect(await endGroup({ ...record, pid: record.pid + 1 }, { marker: "CALL_KEY=mark-test" })).toEqual({ left: [] });
    expect(pids.filter(runs)).toEqual(pids);
    expect(await endGroup(record, { marker: "CALL_KEY=mark-test" })).toEqual({ left: [] });
    expect(pids.filter(runs)).toEqual([]);
  },
);

test("a record of another start ends nobody", async () => {
  const { record, pids } = await child("echo $$ >> pids; exec sleep 60", 1);
  for (const startTime of ["", "1", `1${record.startTime}`, record.startTime.replace("@", "@another-")]) {
    expect(await endGroup({ pid: record.pid, startTime })).toEqual({ left: [] });
  }
  expect(pids.filter(runs)).toEqual(pids);
});

test("a dead leader's group is not that of an older boot, nor that of a later start", async () => {
  const { record, pids, running } = await child("sleep 60 & echo $! >> pids", 1);
  await until("the end of the leader", () => running.exitCode !== null);
  const later = { pid: record.pid, startTime: processStartTime(pids[0] ?? 0)?.replace(/^(\d+)@/, "9$1@") ?? "" };
  expect(groupMembers({ pid: record.pid, startTime: record.startTime.replace("@", "@another-") })).toEqual([]);
  if (noProc === null) expect(groupMembers(later)).toEqual([]);
  expect(groupMembers(record)).toEqual(pids);
});

test("this program's own group, and the groups 0 and 1, are never signalled", async () => {
  for (const pid of [0, 1, -1, 1.5, Number.NaN, process.pid]) {
    expect(() => signalGroup(pid, "SIGTERM")).toThrow("no process group to signal");
  }
  const own = readProcess(process.pid)?.group ?? 0;
  for (const pid of [0, 1, process.pid, own]) {
    const record = { pid, startTime: processStartTime(pid) ?? "" };
    expect(groupMembers(record)).toEqual([]);
    expect(await endGroup(record)).toEqual({ left: [] });
  }
});

test.skipIf(noProc !== null)(
  `CPU time of a group is that of its members and of the children they have collected${because(noProc)}`,
  async () => {
    const busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    const { record, folder } = await child(`(${busy}); echo $$ >> pids; exec sleep 60`, 1);
    expect(await contentOf(join(folder, "pids"))).not.toBe("");
    expect(groupCpuMs(record)).toBeGreaterThanOrEqual(20);
    expect(groupCpuMs({ ...record, startTime: "1" })).toBe(0);
  },
);
