import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { gateScript, readGate, statusOfCode, type ExitStatus } from "../../src/processes/gate.ts";
import { adopt, startGated, type GatedStart } from "../../src/processes/gated-process.ts";
import { isAlive, processStartTime } from "../../src/processes/identity.ts";
import { contentOf, endAfterTest, environment, scratchFolder, script } from "./scratch.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { until } from "../until.ts";

const committed = async (): Promise<void> => {};

async function start(argv: readonly string[], more: Partial<GatedStart> = {}) {
  const folder = more.folder ?? scratchFolder();
  const outcome = await startGated({ argv, cwd: folder, env: environment, folder, onSpawn: committed, ...more });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  endAfterTest(outcome.process.record);
  return { ...outcome.process, folder };
}

const output = (folder: string, name = "stdout"): string => readFileSync(join(folder, name), "utf8");

test.each<[string, ExitStatus]>([
  ["exit 0", { kind: "exited", code: 0 }],
  ["exit 3", { kind: "exited", code: 3 }],
  ["exit 126", { kind: "exited", code: 126 }],
  ["exit 127", { kind: "exited", code: 127 }],
  ["exit 255", { kind: "exited", code: 255 }],
  ["kill -KILL $$", { kind: "signalled", signal: "SIGKILL" }],
  ["kill -TERM $$", { kind: "signalled", signal: "SIGTERM" }],
  ["kill -INT $$", { kind: "signalled", signal: "SIGINT" }],
  ["kill -SEGV $$", { kind: "signalled", signal: "SIGSEGV" }],
])("%s", async (text, status) => {
  const { exit, record, folder } = await start(["sh", "-c", `echo out; echo err >&2; ${text}`]);
  expect(await exit).toEqual(status);
  expect(await adopt(record, folder).exit).toEqual(status);
  expect(output(folder)).toBe("out\n");
  expect(output(folder, "stderr")).toBe("err\n");
  for (const name of ["stdout", "stderr"]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
});

test("it reads the file it is given as its standard input, and nothing where none is given", async () => {
  const folder = scratchFolder();
  const input = join(folder, "a prompt");
  writeFileSync(input, `- first ${"é".repeat(200_000)}\n`);
  const fed = await start(["wc", "-c"], { folder, input: { file: input } });
  expect(await fed.exit).toEqual({ kind: "exited", code: 0 });
  expect(output(folder).trim()).toBe("400009");
  const unfed = await start(["wc", "-c"]);
  expect(await unfed.exit).toEqual({ kind: "exited", code: 0 });
  expect(output(unfed.folder).trim()).toBe("0");
});

test("a code is a code, also where a shell would mean a signal by it that there is not", () => {
  expect(statusOfCode(128)).toEqual({ kind: "exited", code: 128 });
  expect(statusOfCode(143)).toEqual({ kind: "signalled", signal: "SIGTERM" });
});

/** What /bin/sh may be; macOS has an old bash. */
const shells = [["/bin/sh"], ["/bin/dash"], ["/bin/bash", "--posix"], ["/bin/ksh"], ["/bin/zsh", "--emulate", "sh"]];

test.each(shells.filter(([path = ""]) => existsSync(path)))("the gate as %s runs it", async (shell, ...options) => {
  const run = async (args: readonly string[], signal?: NodeJS.Signals) => {
    const folder = scratchFolder();
    const gate = spawn(shell, [...options, "-c", gateScript, folder, "/dev/null", ...args], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const pid = gate.pid ?? 0;
    const closed = new Promise<number | null>((resolve) => gate.once("close", resolve));
    gate.stdin.end(args.length > 0 ? "\n" : "");
    if (signal !== undefined) {
      await contentOf(join(folder, "stdout"));
      process.kill(-pid, signal);
    }
    return { gateCode: await closed, ...(await readGate(folder, pid)), err: output(folder, "stderr") };
  };
  const slow = ["/bin/sh", "-c", "echo ready; exec sleep 60"];
  expect(await run([])).toEqual({ gateCode: 125, started: false, code: null, err: "" });
  expect(await run(["/bin/sh", "-c", "echo a >&2; exit 9"])).toEqual({
    gateCode: 9,
    started: true,
    code: 9,
    err: "a\n",
  });
  expect(await run(slow, "SIGTERM")).toEqual({ gateCode: 143, started: true, code: 143, err: "" });
  expect(await run(slow, "SIGINT")).toEqual({ gateCode: 130, started: true, code: 130, err: "" });
  expect(await run(slow, "SIGHUP")).toEqual({ gateCode: 129, started: true, code: 129, err: "" });
});

test("arguments arrive as they were given", async () => {
  const folder = scratchFolder();
  const args = [
    "",
    " a  b ",
    "it's",
    '"q"',
    "two\nlines\n",
    "$(rm -rf .)",
    "`id`",
    "$HOME",
    "*",
    "\\",
    "-n",
    "--",
    "ä€𝄞",
    "a;b&c|d>e",
  ];
  const print = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  const { exit } = await start([process.execPath, "-e", print, "--", ...args], { folder });
  expect(await exit).toEqual({ kind: "exited", code: 0 });
  expect(JSON.parse(output(folder))).toEqual(args);
});

test("a program called like a shell's builtin is the program, in the folder and with the environment given", async () => {
  const folder = scratchFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  script(bin, "eval", '#!/bin/sh\necho "$@" in $(pwd); /usr/bin/env; cat; umask\n');
  const env = { PATH: `${bin}:/usr/bin:/bin`, ONE: "1 1", folder: "mine" };
  const { exit } = await start(["eval", "echo hacked"], { folder, cwd: bin, env });
  expect(await exit).toEqual({ kind: "exited", code: 0 });
  const lines = output(folder).split("\n");
  expect(lines[0]).toBe(`echo hacked in ${bin}`);
  expect(lines).toEqual(expect.arrayContaining(["ONE=1 1", "folder=mine", `PATH=${env.PATH}`]));
  const names = lines.map((line) => line.split("=")[0]).filter((name) => /^\w+$/.test(name ?? ""));
  expect(
    names.filter((name) => !["PATH", "ONE", "folder", "PWD", "OLDPWD", "SHLVL", "_"].includes(name ?? "")),
  ).toHaveLength(1);
});

test("the child leads its own session and has nothing on its standard input", async () => {
  const { exit, record, folder } = await start(["sh", "-c", "cat; ps -o pgid=,sid= -p $$"]);
  expect(await exit).toEqual({ kind: "exited", code: 0 });
  expect(output(folder).trim().split(/\s+/).map(Number)).toEqual([record.pid, record.pid]);
});

test("nothing runs before its identity is committed", async () => {
  const folder = scratchFolder();
  let seen: ProcessRecord | null = null;
  const { exit, record } = await start(["sh", "-c", "echo ran"], {
    folder,
    onSpawn: async (record) => {
      seen = record;
      expect(processStartTime(record.pid)).toBe(record.startTime);
      await new Promise((resolve) => setImmediate(resolve));
      expect(existsSync(join(folder, "started"))).toBe(false);
      expect(output(folder)).toBe("");
    },
  });
  expect(await exit).toEqual({ kind: "exited", code: 0 });
  expect(seen).toEqual(record);
});

test("what could not be committed never runs, and the reason is given on", async () => {
  const folder = scratchFolder();
  const records: ProcessRecord[] = [];
  const starting = start(["touch", "ran"], {
    folder,
    onSpawn: async (record) => {
      records.push(record);
      throw new Error("the lease is lost");
    },
  });
  await expect(starting).rejects.toThrow("the lease is lost");
  const [record = { pid: 0, startTime: "" }] = records;
  expect(isAlive(record)).toBe(false);
  expect(existsSync(join(folder, "ran"))).toBe(false);
  expect(await adopt(record, folder).exit).toEqual({ kind: "never_started" });
});

test("a gate killed before it opened says that nothing ran", async () => {
  const { exit } = await start(["sh", "-c", "echo ran"], {
    onSpawn: async ({ pid }) => {
      process.kill(pid, "SIGKILL");
    },
  });
  expect(await exit).toEqual({ kind: "never_started" });
});

test("what cannot start is a value", async () => {
  const folder = scratchFolder();
  const plain = script(folder, "plain", "echo no\n", 0o644);
  const attempt = async (argv: readonly string[], cwd = folder, env = {}) => {
    const outcome = await startGated({ argv, cwd, env: { ...environment, ...env }, folder, onSpawn: committed });
    return outcome.ok ? null : outcome.failure.kind;
  };
  expect(await attempt(["no-such-program-anywhere"])).toBe("not_found");
  expect(await attempt([plain])).toBe("not_executable");
  expect(await attempt([folder])).toBe("not_executable");
  expect(await attempt(["sh"], join(folder, "gone"))).toBe("cwd_missing");
  expect(await attempt(["sh", "-c", "true", "x".repeat(3 * 1024 * 1024)])).toBe("spawn_failed");
  expect(await attempt(["sh", "-c", "true", "a\0b"])).toBe("spawn_failed");
  expect(await attempt(["sh"], folder, { "A=B": "" })).toBe("spawn_failed");
  expect(await attempt(["sh"], folder, { A: "\0" })).toBe("spawn_failed");
  expect(readdirSync(folder)).not.toContain("started");
  await expect(attempt([])).rejects.toThrow("argv names a program");
});

test("a script without an interpreter line runs, one with a missing interpreter exits with 127 or 126", async () => {
  const folder = scratchFolder();
  const bare = await start([script(folder, "bare", "echo bare $1\n"), "x y"]);
  expect(await bare.exit).toEqual({ kind: "exited", code: 0 });
  expect(output(bare.folder)).toBe("bare x y\n");
  const broken = await start([script(folder, "broken", "#!/no/such/interpreter\n")]);
  const status = await broken.exit;
  expect([126, 127]).toContain(status.kind === "exited" ? status.code : status.kind);
});

test("a second start in a folder keeps what the first left and mixes nothing", async () => {
  const folder = scratchFolder();
  const first = await start(["sh", "-c", "echo one; exit 1"], { folder });
  expect(await first.exit).toEqual({ kind: "exited", code: 1 });
  const second = await start(["sh", "-c", "echo two; kill -KILL $PPID $$"], { folder });
  expect(await second.exit).toEqual({ kind: "signalled", signal: "SIGKILL" });
  const third = await start(["sh", "-c", "echo three"], { folder });
  expect(await third.exit).toEqual({ kind: "exited", code: 0 });
  expect(output(folder)).toBe("three\n");
  expect(output(join(folder, "earlier-1"))).toBe("one\n");
  expect(output(join(folder, "earlier-2"))).toBe("two\n");
  expect(readdirSync(join(folder, "earlier-2")).sort()).toEqual(["started", "stderr", "stdout"]);
});

/** Starts the child from another program, kills that program and returns the child's record. */
async function orphan(
  folder: string,
  when: "before" | "after",
  argv: readonly string[],
  ready: () => Promise<unknown>,
) {
  const engine: ChildProcess = spawn(
    process.execPath,
    [
      "--experimental-strip-types",
      "--no-warnings",
      join(import.meta.dirname, "engine-that-dies.ts"),
      folder,
      when,
      ...argv,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void engine.kill("SIGKILL"));
  const line = await new Promise<string>((resolve) =>
    engine.stdout?.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const [, pid, startTime = ""] = /"pid":(\d+),"startTime":"([^"]+)"/.exec(line) ?? [];
  const record: ProcessRecord = { pid: Number(pid), startTime };
  endAfterTest(record);
  await ready();
  const gone = new Promise((resolve) => engine.once("close", resolve));
  engine.kill("SIGKILL");
  await gone;
  return record;
}

test("an engine killed before the byte: the child never runs", async () => {
  const folder = scratchFolder();
  const record = await orphan(folder, "before", ["touch", "ran"], async () => {
    expect(existsSync(join(folder, "started"))).toBe(false);
  });
  expect(await adopt(record, folder).exit).toEqual({ kind: "never_started" });
  expect(isAlive(record)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(["stderr", "stdout"]);
});

const waiting = "echo before; while ! test -e go; do sleep 0.02; done; echo after; echo problem >&2; exit 7";

test("an engine killed while the child runs loses neither the child, nor its output, nor its code", async () => {
  const folder = scratchFolder();
  const record = await orphan(folder, "after", ["sh", "-c", waiting], () => contentOf(join(folder, "stdout")));
  expect(isAlive(record)).toBe(true);
  const { exit } = adopt(record, folder);
  writeFileSync(join(folder, "go"), "");
  expect(await exit).toEqual({ kind: "exited", code: 7 });
  expect(output(folder)).toBe("before\nafter\n");
  expect(output(folder, "stderr")).toBe("problem\n");
});

test("a child that ended while nobody watched: its code is there at once", async () => {
  const folder = scratchFolder();
  const record = await orphan(folder, "after", ["sh", "-c", waiting], () => contentOf(join(folder, "stdout")));
  writeFileSync(join(folder, "go"), "");
  await until("its end", () => !isAlive(record));
  const clock = new VirtualClock();
  expect(await adopt(record, folder, clock).exit).toEqual({ kind: "exited", code: 7 });
  expect(clock.started).toBe(0);
});

test("a child of a dead engine that is killed with its gate vanished", async () => {
  const folder = scratchFolder();
  const record = await orphan(folder, "after", ["sh", "-c", waiting], () => contentOf(join(folder, "stdout")));
  const { exit } = adopt(record, folder);
  process.kill(-record.pid, "SIGKILL");
  expect(await exit).toEqual({ kind: "vanished" });
});

test("a child of a dead engine that is asked to end leaves word of how it ended", async () => {
  const folder = scratchFolder();
  const record = await orphan(folder, "after", ["sh", "-c", waiting], () => contentOf(join(folder, "stdout")));
  const { exit } = adopt(record, folder);
  process.kill(-record.pid, "SIGTERM");
  expect(await exit).toEqual({ kind: "signalled", signal: "SIGTERM" });
});

test("an adopted process is looked at while it runs, and a code cut in the middle is not a code", async () => {
  const folder = scratchFolder();
  const clock = new VirtualClock();
  const record = { pid: process.pid, startTime: processStartTime(process.pid) ?? "" };
  let status: ExitStatus | null = null;
  const done = adopt(record, folder, clock).exit.then((found) => (status = found));
  for (const text of [
    "",
    `${record.pid}`,
    `${record.pid} `,
    `${record.pid} 1`,
    `${record.pid + 1} 5\n`,
    "12\n",
    "no code\n",
  ]) {
    writeFileSync(join(folder, "exit"), text);
    const { started } = clock;
    await clock.pass(150);
    await until("the next look", () => clock.started > started);
    expect(status).toBeNull();
  }
  writeFileSync(join(folder, "exit"), `${record.pid} 17\n`);
  await clock.pass(150);
  expect(await done).toEqual({ kind: "exited", code: 17 });
});

test("a record whose pid now belongs to another process is not waited for", async () => {
  const folder = scratchFolder();
  const stranger = { pid: process.pid, startTime: "1" };
  expect(await adopt(stranger, folder, new VirtualClock()).exit).toEqual({ kind: "never_started" });
  writeFileSync(join(folder, "started"), `${process.pid}\n`);
  expect(await adopt(stranger, folder, new VirtualClock()).exit).toEqual({ kind: "vanished" });
});

test("what cannot be read is no sign that nothing ran", async () => {
  const { exit, record, folder } = await start(["sh", "-c", "rm -r started; mkdir started exit; exit 4"]);
  expect(await exit).toEqual({ kind: "exited", code: 4 });
  expect(await adopt(record, folder, new VirtualClock()).exit).toEqual({ kind: "vanished" });
});

test("a folder that is not there is told", async () => {
  const folder = scratchFolder();
  await expect(start(["true"], { folder: join(folder, "gone"), cwd: folder })).rejects.toThrow("ENOENT");
});
