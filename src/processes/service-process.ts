import { spawn, type ChildProcess } from "node:child_process";
import { appendFile, mkdir, mkdtemp, open, rm, stat, truncate } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { brand, envName } from "../domain/brand.ts";
import type { SandboxUse } from "../domain/sandbox.ts";
import type { ProcessRecord } from "../engine/ports/adapter.ts";
import { systemClock } from "./clock.ts";
import { endGroup } from "./group.ts";
import { processStartTime } from "./identity.ts";
import { noPlaces } from "./sandbox-rules.ts";
import { environmentOf, tailOf, withoutSecrets, type UserCommand } from "./user-command.ts";
import { markScript } from "./work-mark.ts";

export interface ServiceCommand extends Omit<UserCommand, "timeoutMs" | "signal"> {
  /** Gets all that it says. */
  readonly log: string;
  /** Its command may end with 0 and leave the service in the background. */
  readonly goesToBackground: boolean;
}

export interface ServiceProcess {
  readonly sandbox?: SandboxUse;
  /** Why it is over; null: it runs. */
  readonly over: () => string | null;
  /** Ends it with all it started. */
  readonly end: () => Promise<void>;
  /** The end of what it said. */
  readonly tail: () => Promise<string>;
}

/**
 * Starts a program that stays, as the leader of a process group. It ends with this program, also where that is killed: a shell
 * beside it sees its input end.
 */
export async function startService(command: ServiceCommand): Promise<ServiceProcess> {
  const temporary = await mkdtemp(join(tmpdir(), `${brand.bin}-`));
  try {
    return await startWith(command, temporary);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function startWith(command: ServiceCommand, temporary: string): Promise<ServiceProcess> {
  const env = environmentOf(command, temporary);
  const plain = ["/bin/sh", "-c", command.command];
  const argv = command.goesToBackground ? ["/bin/sh", "-c", staying, ...plain] : plain;
  const { cwd } = command;
  const wall = await command.enclose?.({ workdir: cwd, temporary, visible: [], agent: noPlaces, path: env["PATH"] });
  await mkdir(dirname(command.log), { recursive: true, mode: 0o700 });
  const log = await open(command.log, "a", 0o600);
  const state: { over: string | null } = { over: null };
  let child: ChildProcess;
  try {
    const args = ["-c", script(), "sh", temporary, ...(wall?.wrap(argv) ?? argv)];
    child = spawn("/bin/sh", args, { cwd, env, detached: true, stdio: ["pipe", log.fd, log.fd] });
  } finally {
    await log.close();
  }
  const gone = new Promise<void>((resolve) => {
    const over = (why: string): void => {
      state.over ??= why;
      resolve();
    };
    child.once("error", (error) => over(error.message));
    child.once("exit", (code, signal) =>
      over(code === null ? `killed by ${signal ?? "a signal"}` : `exit code ${code}`),
    );
  });
  child.stdin?.on("error", () => undefined);
  const record = recordOf(child);
  const { footprint } = command;
  if (footprint !== undefined && record !== null) {
    const { kind, task, keeper } = footprint;
    await keeper.began({ kind, task, workdir: cwd, ...record }).catch(() => undefined);
  }
  child.stdin?.write("go\n");
  // Whoever has forgotten it is not kept by it, and ends it by going.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const short = keepShort(command.log);
  const end = async (): Promise<void> => {
    clearInterval(short);
    state.over ??= "ended";
    child.ref();
    child.stdin?.end("over\n");
    if (record !== null) await endGroup(record, { marker: `${ownName}=${temporary}` });
    await gone;
    if (footprint !== undefined && record !== null) await footprint.keeper.ended(record).catch(() => undefined);
    await rm(temporary, { recursive: true, force: true, maxRetries: 2 });
  };
  return {
    ...(wall === undefined ? {} : { sandbox: wall.use }),
    over: () => state.over,
    end,
    tail: async () => tailOf(withoutSecrets(await endOf(command.log), command)),
  };
}

const recordOf = ({ pid }: ChildProcess): ProcessRecord | null =>
  pid === undefined ? null : { pid, startTime: processStartTime(pid) ?? "" };

/** Only a service and what it started have it. */
const ownName = envName("SERVICE");

/** What has left the group, where the system tells of whom it is (Linux). */
const killStrays = `for p in /proc/[0-9]*; do if tr '\\0' '\\n' <"$p/environ" | grep -qxF "${ownName}=$own"; then kill -KILL "\${p#/proc/}"; fi; done`;

/** Behind a wall whatever it left would end with it. */
const staying = `"$0" "$@"; code=$?; if [ "$code" = 0 ]; then while sleep 600; do :; done; fi; exit "$code"`;

/** The first line lets it begin, the second says that whoever started it ends it; without that, it ends when they are gone. */
const script = (): string =>
  [
    `${markScript(systemClock.now())}; read -r _ || exit 1; exec 3<&0; own=$1; shift`,
    `${ownName}=$own "$@" </dev/null 3<&- & service=$!`,
    `( trap '' TERM; read -r _ <&3 && exit 0; kill -TERM 0; sleep 2; ${killStrays}; kill -KILL 0 ) >/dev/null 2>&1 &`,
    `exec 3<&-; wait "$service"; exit "$?"`,
  ].join("\n");

const tailBytes = 64 * 1024;
const mostBytes = 16 * 1024 * 1024;
const lookEveryMs = 1_000;

/** Of what it says too much, only the end is kept: it writes behind whatever is there. */
function keepShort(path: string): NodeJS.Timeout {
  const look = async (): Promise<void> => {
    if ((await stat(path)).size <= mostBytes) return;
    const end = await endOf(path);
    await truncate(path);
    await appendFile(path, `[what it said before is left out]\n${end}`);
  };
  return setInterval(() => void look().catch(() => undefined), lookEveryMs).unref();
}

async function endOf(path: string): Promise<string> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return "";
  try {
    const { size } = await file.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8");
  } finally {
    await file.close();
  }
}
