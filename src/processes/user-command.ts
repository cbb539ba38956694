import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { brand, envName } from "../domain/brand.ts";
import type { FootprintKind } from "../domain/footprint.ts";
import type { SandboxUse } from "../domain/sandbox.ts";
import { slotVariables, type SlotUse } from "../domain/slot.ts";
import type { EnvSettings } from "../domain/settings.ts";
import type { ProcessRecord } from "../engine/ports/adapter.ts";
import type { Footprints } from "../engine/ports/footprints.ts";
import { systemClock } from "./clock.ts";
import type { Enclose } from "./enclose.ts";
import { buildEnvironment } from "./environment.ts";
import { runCommand } from "./run-command.ts";
import { noPlaces } from "./sandbox-rules.ts";
import { markScript } from "./work-mark.ts";

export interface UserCommand {
  /** Given to `sh -c` as it stands. */
  readonly command: string;
  readonly cwd: string;
  readonly env: EnvSettings;
  readonly parent: Readonly<Record<string, string | undefined>>;
  /** Variables of ours, over all others. */
  readonly own: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** What it is run as, and who keeps that; absent: nobody does. */
  readonly footprint?: { readonly kind: FootprintKind; readonly task: string; readonly keeper: Footprints };
  /** Absent: it runs without a wall. */
  readonly enclose?: Enclose;
}

export interface UserCommandResult {
  readonly ok: boolean;
  /** Why it is not ok, in words. Empty when it is. */
  readonly why: string;
  readonly aborted: boolean;
  /** It never ran, ran out of time or was killed: another try may end otherwise. */
  readonly cutOff: boolean;
  /** What it wrote, both streams in order. Of more than 16 MiB its start and its end. */
  readonly output: string;
  /** Absent: nobody asked for a wall. */
  readonly sandbox?: SandboxUse;
}

const maxBytes = 16 * 1024 * 1024;

/** Runs a command the user wrote into the settings, with an environment that is built and a folder for its temporary files. */
export async function runUserCommand(command: UserCommand): Promise<UserCommandResult> {
  const temporary = await mkdtemp(join(tmpdir(), `${brand.bin}-`));
  let kept: Kept = unkept;
  try {
    const argv = ["/bin/sh", "-c", command.command];
    const env = environmentOf(command, temporary);
    const path = env["PATH"];
    const wall = await command.enclose?.({ workdir: command.cwd, temporary, visible: [], agent: noPlaces, path });
    const result = await runCommand({
      argv: ["sh", "-c", script(), "sh", ...(wall?.wrap(argv) ?? argv)],
      cwd: command.cwd,
      env,
      timeoutMs: command.timeoutMs,
      maxBytes,
      keep: "ends",
      ...(command.signal === undefined ? {} : { signal: command.signal }),
      onSpawn: (record) => (kept = step(command, record)),
      goesOnAfter: () => kept.began,
    });
    const why = whyNot(result, command.timeoutMs);
    const output = withoutSecrets(result.stdout + result.stderr, command);
    const cutOff = result.timedOut || result.code === null || result.failure !== null;
    const { aborted } = result;
    return { ok: why === "", why, aborted, cutOff, output, ...(wall === undefined ? {} : { sandbox: wall.use }) };
  } finally {
    await kept.leave();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Nothing of the command runs before it is kept which process it is: whoever it starts would pass for a person until then. */
const script = (): string => `${markScript(systemClock.now())}; read -r _ || exit 1; exec "$@" </dev/null 2>&1`;

interface Kept {
  /** That the process works is kept, or cannot be, which stops no work. */
  readonly began: Promise<unknown>;
  /** Keeps that it has ended. */
  readonly leave: () => Promise<void>;
}

const unkept: Kept = { began: Promise.resolve(), leave: () => Promise.resolve() };

function step({ footprint, cwd }: UserCommand, record: ProcessRecord): Kept {
  if (footprint === undefined) return unkept;
  const { kind, task, keeper } = footprint;
  const began = keeper.began({ kind, task, workdir: cwd, ...record });
  return { began, leave: () => began.then(() => keeper.ended(record)).catch(() => undefined) };
}

export const environmentOf = (
  command: Pick<UserCommand, "env" | "parent" | "own">,
  temporary: string,
): Record<string, string> =>
  buildEnvironment({
    parent: command.parent,
    temporary,
    pass: command.env.pass,
    set: command.env.set,
    call: command.own,
  });

/** What of its environment may change what a command does: all but the variables of ours and its temporary folder. */
export function stableEnvironment(command: Pick<UserCommand, "env" | "parent">): Record<string, string> {
  const { env, parent } = command;
  return buildEnvironment({ parent, temporary: "", pass: env.pass, set: env.set });
}

function whyNot(result: Awaited<ReturnType<typeof runCommand>>, timeoutMs: number): string {
  if (result.failure !== null) return result.failure.message;
  if (result.timedOut) return `ended because it took longer than ${timeoutMs / 1_000} s`;
  if (result.aborted) return "ended because the work was stopped";
  if (result.code === 0) return "";
  return result.code === null ? `killed by ${result.signal ?? "a signal"}` : `exit code ${result.code}`;
}

/** Values that were passed on from the user's environment are secrets more often than not. */
export function withoutSecrets(text: string, command: Pick<UserCommand, "env" | "parent">): string {
  let clean = text;
  for (const name of command.env.pass) {
    const value = command.parent[name];
    if (value !== undefined && value.length >= 8) clean = clean.replaceAll(value, `[${name}]`);
  }
  return clean;
}

const tailLines = 60;
const tailChars = 6_000;

/** The last lines of an output, for prompts and screens: no terminal codes, at most 60 lines and 6,000 characters. */
export function tailOf(output: string): string {
  const end = stripVTControlCharacters(output.slice(-10 * tailChars))
    .replace(/\r\n?/g, "\n")
    .trimEnd();
  return end.split("\n").slice(-tailLines).join("\n").slice(-tailChars);
}

/** Variables that tell a command of the user's what it runs for, and tie its traces to ours. */
export function ownVariables(name: string, correlation: string, slot: SlotUse | null): Record<string, string> {
  const trace = createHash("sha256").update(correlation).digest("hex");
  return {
    [envName("TASK")]: name,
    [envName("CORRELATION_ID")]: correlation,
    ...slotVariables(slot),
    TRACEPARENT: `00-${trace.slice(0, 32)}-${trace.slice(32, 48)}-01`,
  };
}
