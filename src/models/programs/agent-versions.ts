import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import { buildEnvironment } from "../../processes/environment.ts";
import { runCommand } from "../../processes/run-command.ts";
import type { AgentCli } from "./agent-clis.ts";

/** What a program says of its version. `note`: what is wrong with that. */
export type AgentVersion =
  | { readonly kind: "missing" }
  | { readonly kind: "silent"; readonly note: string }
  | { readonly kind: "known"; readonly version: string; readonly note: string | null };

/** Asks a program for its version: without input, in a folder of its own, ended when it takes too long. It asks no model. */
export async function agentVersion(
  cli: AgentCli,
  environment: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
): Promise<AgentVersion> {
  const folder = await mkdtemp(join(tmpdir(), `${brand.bin}-version-`));
  try {
    const { stdout, failure, timedOut, code } = await runCommand({
      argv: [cli.program, "--version"],
      cwd: folder,
      env: buildEnvironment({ parent: environment, temporary: folder, set: quiet }),
      timeoutMs,
      maxBytes: 64 * 1024,
    });
    if (failure?.kind === "not_found") return { kind: "missing" };
    if (failure !== null) return { kind: "silent", note: failure.message };
    const version = /(?<![\d.])\d{1,5}\.\d{1,5}\.\d{1,9}/.exec(stdout)?.[0];
    if (version !== undefined) return { kind: "known", version, note: versionNote(cli, version) };
    const why = timedOut
      ? `did not answer within ${timeoutMs / 1_000} s`
      : `gave no version (exit code ${code ?? "none"})`;
    return { kind: "silent", note: `${cli.program} --version ${why}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const quiet = { DISABLE_AUTOUPDATER: "1", DISABLE_TELEMETRY: "1", OPENCODE_DISABLE_AUTOUPDATE: "1" };

/** What to know of a version nobody has tried; null: it is like the one that was tested. */
export function versionNote({ program, tested }: AgentCli, version: string): string | null {
  const age = compare(version, tested.from) < 0 ? "older" : compare(version, tested.below) < 0 ? null : "newer";
  if (age === null) return null;
  return `${program} ${version} is ${age} than what was tested (${tested.version}); what it says may be read wrongly`;
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
