import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import { isAlive } from "../../src/processes/identity.ts";
import { processStartTime } from "../../src/processes/identity.ts";
import { startService, type ServiceCommand } from "../../src/processes/service-process.ts";
import { until } from "../until.ts";

function place(): {
  readonly folder: string;
  readonly command: (start: string, more?: Partial<ServiceCommand>) => ServiceCommand;
} {
  const folder = mkdtempSync(join(tmpdir(), "service-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const parent = { PATH: process.env["PATH"], HOME: folder };
  const command = (start: string, more: Partial<ServiceCommand> = {}): ServiceCommand => ({
    command: start,
    cwd: folder,
    env: { pass: [], set: {} },
    parent,
    own: {},
    log: join(folder, "logs", "service.log"),
    goesToBackground: false,
    ...more,
  });
  return { folder, command };
}

const pidIn = (path: string): { pid: number; startTime: string } | null => {
  const pid = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  return pid > 0 ? { pid, startTime: processStartTime(pid) ?? "" } : null;
};

test("a service and all it started end together, also where it does not heed", async () => {
  const { folder, command } = place();
  const service = await startService(
    command(`trap '' TERM; sleep 1000 & echo $! > child; echo $$ > pid; echo begun; while :; do sleep 1; done`),
  );
  await until("its start", () => pidIn(join(folder, "pid")) !== null);
  const all = ["pid", "child"].map((name) => pidIn(join(folder, name)));
  expect(service.over()).toBeNull();
  expect(await service.tail()).toBe("begun");
  await service.end();
  await until("its end", () => !all.some((one) => one !== null && isAlive(one)));
});

test("it says how it died; one that goes to the background lives until it is ended", async () => {
  const { folder, command } = place();
  const dead = await startService(command("echo no disk; exit 3"));
  await until("its death", () => dead.over() !== null);
  expect([dead.over(), await dead.tail()]).toEqual(["exit code 3", "no disk"]);
  await dead.end();
  const behind = await startService(
    command("setsid sh -c 'echo $$ > pid; exec sleep 1000' &", { goesToBackground: true }),
  );
  await until("its start", () => pidIn(join(folder, "pid")) !== null);
  const child = pidIn(join(folder, "pid"));
  expect(behind.over()).toBeNull();
  await behind.end();
  await until("its end", () => child === null || !isAlive(child));
});

test("it ends when whoever started it is killed", async () => {
  const { folder, command } = place();
  const source = pathToFileURL(join(import.meta.dirname, "../../src/processes/service-process.ts")).href;
  const given = JSON.stringify(
    command("setsid sh -c 'echo $$ > far; exec sleep 1000' & echo $$ > pid; exec sleep 1000"),
  );
  writeFileSync(
    join(folder, "starter.mjs"),
    `import { startService } from ${JSON.stringify(source)};\nawait startService(${given});\nsetInterval(() => {}, 1000);\n`,
  );
  const starter = spawn(process.execPath, [join(folder, "starter.mjs")], { stdio: "ignore" });
  const all = () => ["pid", "far"].map((name) => pidIn(join(folder, name)));
  await until("its start", () => all().every((one) => one !== null));
  const started = all();
  expect(started).not.toContain(null);
  starter.kill("SIGKILL");
  await until("its end", () => !started.some((one) => one !== null && isAlive(one)));
});

test("of a service that says very much only the end is kept", async () => {
  const { folder, command } = place();
  const said = `head -c 40000000 /dev/zero | tr '\\0' x; echo end`;
  const service = await startService(command(`${said}; while :; do sleep 0.1; echo more; done`));
  const log = (): string => readFileSync(join(folder, "logs", "service.log"), "utf8");
  // What it says in the moment of the cut stands before that.
  const isShort = (): boolean => log().length < 17_000_000 && log().includes("[what it said before is left out]");
  await until("the cut", () => isShort() && log().endsWith("more\n"));
  expect(await service.tail()).toContain("more");
  await service.end();
});

test("what could not be started leaves no folder", async () => {
  const { folder, command } = place();
  writeFileSync(join(folder, "file"), "");
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
  await expect(startService(command("true", { log: join(folder, "file", "x.log") }))).rejects.toThrow("file");
  expect(readdirSync(folder)).toEqual(["file"]);
});
