import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { z } from "zod";

import { brand, envName, tokenName } from "../../src/domain/brand.ts";
import { bundledMain } from "../bundle.ts";
import { clockEnv } from "../clock/child-env.ts";
import { giveToken } from "../token.ts";
import { probe } from "./probe.ts";

/** A scratch project with a state folder of its own. */
export interface Project {
  readonly folder: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
}

const realGit = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

/** Makes a project of some files in a folder, all committed. */
export function makeProject(folder: string, files: Readonly<Record<string, string>>): Project {
  const project = join(folder, "project");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  }
  const state = join(folder, "state");
  const env = {
    ...clockEnv,
    PATH: `${shim(folder)}:${process.env["PATH"] ?? ""}`,
    HOME: folder,
    LC_ALL: "C",
    [envName("HOME")]: state,
    [tokenName]: giveToken(state),
  };
  const git = (...argv: readonly string[]): void =>
    void execFileSync(realGit, ["-c", "user.name=b", "-c", "user.email=b@localhost", ...argv], { cwd: project, env });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=start");
  return { folder, project, env };
}

/** A folder for the PATH, whose `git` writes down its command and the word after it before it is git. */
function shim(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const say = `while [ $# -gt 0 ]; do case $1 in -c) shift;; -*) ;; *) break;; esac; shift; done`;
  const text = `#!/bin/sh\nsay() { ${say}; printf '%s %s\\n' "$1" "$2" >> '${join(folder, "git.log")}'; }\nsay "$@"\nexec '${realGit}' "$@"\n`;
  writeFileSync(join(bin, "git"), text, { mode: 0o755 });
  return bin;
}

/** The git processes since the last call, as command and first word each. */
export function gitProcesses({ folder }: Project): readonly string[] {
  const log = join(folder, "git.log");
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  rmSync(log);
  return lines.map((line) => line.replaceAll(/\b[0-9a-f]{40}\b/g, "ID").trim());
}

export interface Ran {
  readonly out: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  /** Of modules; empty: it was not asked. */
  readonly files: readonly string[];
}

const toldSchema = z.object({ cpuMs: z.number(), rssMb: z.number(), files: z.array(z.string()) });

/** Starts the program in a project; nothing is measured. */
export function startProgram({ project, env }: Project, argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bundledMain(), ...argv], { cwd: project, env, stdio: "ignore" });
}

/** Runs the program in a project until it ends, and throws unless it ends well. */
export async function runProgram(
  { folder, project, env }: Project,
  argv: readonly string[],
  { files = false, main = bundledMain() }: { readonly files?: boolean; readonly main?: string } = {},
): Promise<Ran> {
  const told = join(folder, "probe");
  rmSync(told, { force: true });
  const from = performance.now();
  const child = spawn(process.execPath, ["--import", probe, main, ...argv], {
    cwd: project,
    env: { ...env, BENCH_PROBE: told, ...(files ? { BENCH_PROBE_FILES: "1" } : {}) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (out += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const wallMs = performance.now() - from;
  if (code !== 0) throw new Error(`${brand.bin} ${argv.join(" ")} ended with ${code}:\n${out}`);
  return { out, wallMs, ...toldSchema.parse(JSON.parse(readFileSync(told, "utf8"))) };
}
