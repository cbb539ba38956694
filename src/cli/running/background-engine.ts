import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

import type { RunId } from "../../domain/ids.ts";
import { door } from "../../processes/entry-files.ts";
import { field } from "../wiring/json-field.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { beginEngineLog } from "./engine-said.ts";

/** What came of starting an engine. */
export type BackgroundStart =
  | { readonly kind: "opened"; readonly run: RunId }
  | { readonly kind: "busy" }
  /** In words, line by line. */
  | { readonly kind: "failed"; readonly why: readonly string[] };

/**
 * Starts an engine in a session of its own, that outlives this process and its terminal, and waits until it has its run open.
 * What it prints goes to a file of the state folder.
 */
export async function startBackground(
  { program, paths, repository }: RepositoryContext,
  args: readonly string[],
): Promise<BackgroundStart> {
  const path = paths.engineLog(repository.id);
  beginEngineLog(path);
  const log = openSync(path, "a");
  try {
    const { token } = program;
    const child = spawn(process.execPath, [door, "engine", ...args, ...(token === null ? [] : ["--token-file=-"])], {
      cwd: program.cwd,
      env: program.env,
      detached: true,
      stdio: [token === null ? "ignore" : "pipe", log, log, "ipc"],
    });
    child.stdin?.on("error", () => undefined).end(token);
    const start = await new Promise<BackgroundStart>((resolve) => {
      child.on("message", (message) => resolve(startOf(message)));
      child.on("error", (error) => resolve({ kind: "failed", why: [error.message] }));
      child.on("exit", () => resolve({ kind: "failed", why: lastLines(path) }));
    });
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
    return start;
  } finally {
    closeSync(log);
  }
}

/** Tells the process that started this engine what came of it, once. */
export function reportToStarter(start: BackgroundStart): void {
  if (process.send === undefined || !process.connected) return;
  process.send(start, () => {
    if (process.connected) process.disconnect();
  });
}

function startOf(message: unknown): BackgroundStart {
  const kind = field(message, "kind");
  const run = field(message, "run");
  const why = field(message, "why");
  if (kind === "opened" && typeof run === "string") return { kind, run };
  if (kind === "busy") return { kind };
  return { kind: "failed", why: Array.isArray(why) ? why.map(String) : [] };
}

function lastLines(path: string): readonly string[] {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return ["the engine ended before it had a run", ...lines.slice(-10), `all it said: ${path}`];
}

/** Arguments for an engine that goes on with a run: on its backlog, or where it had none on what it has. */
export const resumeArguments = (file: string | null): readonly string[] => (file === null ? ["--resume"] : [file]);
