import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

import { readProcess } from "../../src/processes/process-table.ts";
import { runCommand } from "../../src/processes/run-command.ts";
import { runCommandAside, type AsideCommand } from "../../src/processes/spawn-helper.ts";
import { until } from "../until.ts";
import { environment, scratchFolder } from "./scratch.ts";

const run = (argv: readonly string[], more: Partial<AsideCommand> = {}) =>
  runCommandAside({ argv, cwd: "/", env: environment, timeoutMs: 3_600_000, ...more });
const shell = (text: string, more: Partial<AsideCommand> = {}) => run(["/bin/sh", "-c", text], more);

/** Who starts commands now. */
const starter = async (): Promise<number> => Number((await shell("echo $PPID")).stdout);
const runs = (pid: number): boolean => readProcess(pid)?.zombie === false;

async function helper(): Promise<number> {
  let pid = process.pid;
  await until("a helper that takes commands", async () => (pid = await starter()) !== process.pid);
  return pid;
}

beforeAll(async () => {
  await helper();
});

test("a helper starts what comes later, and says all that runCommand says", async () => {
  const folder = scratchFolder();
  for (const command of [
    { argv: ["/bin/sh", "-c", "cat; echo told >&2; exit 3"], input: "öx" },
    { argv: ["/bin/sh", "-c", "pwd; kill -TERM $$"], cwd: folder },
    { argv: ["/bin/sh", "-c", "yes | head -c 3000000"], maxBytes: 1_000 },
    { argv: ["/bin/sh", "-c", "exec <&-; true"], input: "x".repeat(1_000_000) },
    { argv: ["no-such-program-anywhere"] },
    { argv: ["env"] },
    { argv: ["/bin/sh"], env: { ...environment, BAD: "a\0b" } },
  ]) {
    const whole = { cwd: "/", env: environment, timeoutMs: 3_600_000, ...command };
    expect(await runCommandAside(whole)).toEqual(await runCommand(whole));
  }
});

test("what takes too long and what is not wanted any more is ended", async () => {
  expect(await shell("sleep 1000", { timeoutMs: 300 })).toMatchObject({ timedOut: true, aborted: false });
  const abort = new AbortController();
  const unwanted = shell("sleep 1000", { signal: abort.signal });
  abort.abort();
  expect(await unwanted).toMatchObject({ aborted: true, timedOut: false });
  expect(await shell("echo x", { signal: abort.signal })).toMatchObject({ code: null, aborted: true, stdout: "" });
});

test("a helper that is killed takes its commands with it, and the next command has another", async () => {
  const first = await helper();
  const cut = shell(`kill -KILL ${first}; sleep 1`);
  expect(await cut).toMatchObject({ code: null, signal: "SIGKILL" });
  const second = await helper();
  expect(second).not.toBe(first);
  expect(await shell("echo x")).toMatchObject({ code: 0, stdout: "x\n" });
});

test("a helper ends with the program that it works for", async () => {
  const file = join(import.meta.dirname, "..", "..", "src", "processes", "spawn-helper.ts");
  const program = `const { runCommandAside } = await import(${JSON.stringify(file)});
    const who = async () => Number((await runCommandAside({ argv: ["/bin/sh", "-c", "echo $PPID"], cwd: "/", env: {}, timeoutMs: 1e6 })).stdout);
    let pid = process.pid;
    while (pid === process.pid) pid = await who();
    console.log(pid);`;
  const { code, stdout } = await runCommand({
    argv: [process.execPath, "--input-type=module", "-e", program],
    cwd: "/",
    env: environment,
    timeoutMs: 3_600_000,
  });
  expect(code).toBe(0);
  await until("the end of its helper", () => !runs(Number(stdout)));
});
