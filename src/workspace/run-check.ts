import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { canonicalJson, toJson, type Json } from "../domain/json.ts";
import { sandboxKinds, type SandboxUse } from "../domain/sandbox.ts";
import { servicesVariables, type SlotUse } from "../domain/slot.ts";
import type { CheckSettings, EnvSettings } from "../domain/settings.ts";
import { ownVariables, runUserCommand, stableEnvironment, tailOf } from "../processes/user-command.ts";
import { failuresOf, removeReport } from "./check-failures.ts";
import { type Place, wallOf } from "./check-wall.ts";
import type { ExclusiveLock } from "./check-turns.ts";
import { stepOf, type WorkspaceContext } from "./workspace-context.ts";

/** How a check ended on one tree, before it is compared with another. */
export interface Measured {
  readonly result: "pass" | "fail" | "flaky";
  readonly durationMs: number;
  /** Path of the log. */
  readonly output: string | null;
  readonly failures: readonly string[];
  readonly tail: string;
  /** Ids of the tests that ran in the last try; null: no report says it. */
  readonly ran: readonly string[] | null;
  readonly sandbox?: SandboxUse;
  /** The same tree would end the same way: not after a timeout or where it could not run. */
  readonly lasting: boolean;
}

export interface CheckRun {
  readonly check: CheckSettings;
  /** Path of the worktree. */
  readonly at: string;
  readonly tree: string;
  readonly env: EnvSettings;
  readonly name: string;
  readonly correlation: string;
  /** Where its log goes. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly wall: Place;
  readonly slot: SlotUse | null;
  /** Of the services that are there for all; null: it needs none. */
  readonly servicesSlot: SlotUse | null;
}

/**
 * Runs one check, again as often as the settings allow while it fails. Passed in a later try: flaky, with the failures of
 * the first. Rejects when the signal aborts.
 */
export async function runCheck(context: WorkspaceContext, exclusive: ExclusiveLock, run: CheckRun): Promise<Measured> {
  const work = () => tryCheck(context, run);
  return run.check.exclusive ? exclusive(work, run.signal) : work();
}

async function tryCheck(context: WorkspaceContext, run: CheckRun): Promise<Measured> {
  const { check } = run;
  const startedAt = context.clock.now();
  const log: string[] = [];
  let first: Try | null = null;
  let last: Try | null = null;
  for (let n = 1; n <= 1 + check.flakyRetries && (last === null || last.failures.length > 0); n += 1) {
    last = await tryOnce(context, run, n);
    log.push(last.text);
    first ??= last;
  }
  const failures = first?.failures ?? [];
  const result = failures.length === 0 ? "pass" : last?.failures.length === 0 ? "flaky" : "fail";
  const output = await writeLog(run, log.join("\n"));
  const durationMs = Math.max(0, context.clock.now() - startedAt);
  return {
    result,
    durationMs,
    output,
    failures,
    tail: tailOf(last?.text ?? ""),
    ran: last?.ran ?? null,
    ...(last?.sandbox === undefined ? {} : { sandbox: last.sandbox }),
    lasting: last?.cutOff !== true,
  };
}

interface Try {
  readonly failures: readonly string[];
  readonly cutOff: boolean;
  readonly ran: readonly string[] | null;
  readonly text: string;
  readonly sandbox?: SandboxUse;
}

async function tryOnce(context: WorkspaceContext, run: CheckRun, n: number): Promise<Try> {
  const { check } = run;
  run.signal.throwIfAborted();
  await removeReport(check, run.at);
  const ended = await runUserCommand({
    command: check.run,
    cwd: run.at,
    env: run.env,
    parent: context.environment,
    own: { ...ownVariables(run.name, run.correlation, run.slot), ...servicesVariables(run.servicesSlot) },
    timeoutMs: check.timeoutMs,
    signal: run.signal,
    ...stepOf(context, "check", run.name),
    ...run.wall.options,
  });
  run.signal.throwIfAborted();
  const failures = await failuresOf(check, run.at, ended);
  const use = ended.sandbox === undefined ? {} : { sandbox: ended.sandbox };
  const remarks = [ended.why, failures.fault].filter((remark) => remark !== "").map((remark) => `[${remark}]`);
  const head = n === 1 ? [] : [`[try ${n}]`];
  const text = [...head, ended.output.trimEnd(), ...remarks].filter((part) => part !== "").join("\n");
  return { failures: failures.ids, cutOff: ended.cutOff, ran: failures.ran, text: `${text}\n`, ...use };
}

/** Names of checks are the user's: only harmless characters of them get into a file's name. */
async function writeLog(run: CheckRun, text: string): Promise<string> {
  await mkdir(run.folder, { recursive: true, mode: 0o700 });
  const name = `${run.check.name.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60)}-${run.tree.slice(0, 12)}`;
  for (let n = 1; ; n += 1) {
    const path = join(run.folder, `${name}${n === 1 ? "" : `-${n}`}.log`);
    try {
      await writeFile(path, text, { flag: "wx", mode: 0o600 });
      return path;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

/** What a result depends on: the tree, the command with its report, the environment, setup, whether there is a wall. */
export async function cacheKey(
  context: WorkspaceContext,
  tree: string,
  check: CheckSettings,
  env: EnvSettings,
): Promise<string> {
  const { setup } = context.options.settings;
  const environment = stableEnvironment({ env, parent: context.environment });
  const { isOutside } = await wallOf(context, "check", check.run);
  const wall = context.enclose === null || isOutside ? {} : { wall: toJson(context.options.settings.sandbox ?? {}) };
  const needs = (check.needsServices ?? []).map((name) => toJson(context.options.settings.services?.[name] ?? null));
  const services = needs.length === 0 ? {} : { services: needs };
  const text = canonicalJson({ tree, run: check.run, report: check.report, environment, setup, ...wall, ...services });
  return `check:${createHash("sha256").update(text).digest("hex")}`;
}

/** A cached result; null for what is none. */
export function readMeasured(value: Json): Measured | null {
  // Older versions kept no names of tests that ran: what is new in a report could not be told.
  if (value === null || typeof value !== "object" || !("failures" in value) || !("ran" in value)) return null;
  const { result, durationMs, output, failures, tail, ran } = value;
  if (result !== "pass" && result !== "fail" && result !== "flaky") return null;
  if (typeof durationMs !== "number" || typeof tail !== "string" || !Array.isArray(failures)) return null;
  const ids = failures.filter((id): id is string => typeof id === "string");
  const sandbox = "sandbox" in value ? readUse(value.sandbox) : null;
  return {
    result,
    durationMs,
    output: typeof output === "string" ? output : null,
    failures: ids,
    tail,
    ran: Array.isArray(ran) ? ran.filter((id): id is string => typeof id === "string") : null,
    ...(sandbox === null ? {} : { sandbox }),
    lasting: true,
  };
}

function readUse(value: Json | undefined): SandboxUse | null {
  if (value === null || typeof value !== "object" || !("kind" in value)) return null;
  const kind = sandboxKinds.find((one) => one === value["kind"]);
  const why = "why" in value && typeof value["why"] === "string" ? { why: value["why"] } : {};
  return kind === undefined ? null : { kind, ...why };
}

export const measuredAsJson = (measured: Measured): Json => toJson(measured);
