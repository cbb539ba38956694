import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { endLeftovers, processesOf } from "./leftovers.ts";
import { until } from "./until.ts";

const onLinux = process.platform === "linux";

test.runIf(onLinux).each([
  ["its working directory", (folder: string) => ({ argv: ["600"], cwd: folder, env: {} })],
  ["its environment", (folder: string) => ({ argv: ["600"], cwd: "/", env: { HOME: join(folder, "home") } })],
])("a process is found by %s, ended and named, also when nobody of its family lives", async (_, given) => {
  const folder = mkdtempSync(join(tmpdir(), "left-"));
  const { argv, cwd, env } = given(folder);
  const child = spawn("sh", ["-c", 'sleep "$0" & ', ...argv], { cwd, env: { PATH: "/usr/bin:/bin", ...env } });
  await new Promise((resolve) => child.once("exit", resolve));
  // The child of the shell begins as a copy of it.
  await until("the program", () => processesOf(folder).every(({ command }) => command.startsWith("sleep")));
  const found = processesOf(folder);
  expect(found).toMatchObject([{ command: "sleep 600" }]);
  expect(await endLeftovers(folder, () => true)).toEqual([]);
  expect(await endLeftovers(folder, () => false, 1)).toEqual([`process ${found[0]?.pid}: sleep 600`]);
  expect(processesOf(folder)).toEqual([]);
});

test("a process is found by its command line; what ends by itself is none that was left", async () => {
  const folder = mkdtempSync(join(tmpdir(), "left-"));
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()", folder], { cwd: "/", env: {} });
  onTestFinished(() => void child.kill("SIGKILL"));
  await until("its command line", () => processesOf(folder).length > 0);
  expect(processesOf(folder)).toMatchObject([{ pid: child.pid, parent: process.pid }]);
  child.stdin.end();
  expect(await endLeftovers(folder)).toEqual([]);
});
