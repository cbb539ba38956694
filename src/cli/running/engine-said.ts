import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { brand } from "../../domain/brand.ts";
import { endsEngine, faultText } from "../../domain/fatal-fault.ts";
import { leaseMs } from "../../engine/waiting/lease-keeper.ts";
import { redactor } from "../program/redact.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

const before = `${brand.bin}: `;
/**
 * Begins the engine's log anew. A file with something in it has a place on the disk: last words fit in there when the disk
 * is full.
 */
export function beginEngineLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, "\n", { mode: 0o600 });
}

/**
 * Keeps in the engine's log why it ends, for who looks at its run. What an engine behind a screen prints stands there by itself,
 * unless the file has gone with its folder.
 */
export function keepLastWords(
  { program, paths, repository }: RepositoryContext,
  fault: unknown,
  isBehind: boolean,
): void {
  const path = paths.engineLog(repository.id);
  if (!endsEngine(fault) || (isBehind && existsSync(path))) return;
  try {
    if (!existsSync(path)) beginEngineLog(path);
    writeFileSync(path, redactor(program.env)(`${before}${faultText(fault)}\n`), { flag: "r+" });
  } catch {
    // It cannot be written: it is said on standard error.
  }
}

/** Why the last engine of the repository ended, where it could say it; null: it did not, or went on well after that. */
export async function engineSaid({ ledger, paths, repository }: RepositoryContext): Promise<string | null> {
  const path = paths.engineLog(repository.id);
  const holder = await ledger.leases.holder(repository.id, "");
  const saidAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
  if (holder === null || saidAt === null || saidAt < holder.untilMs - leaseMs) return null;
  const last = readFileSync(path, "utf8")
    .split("\n")
    .findLast((line) => line.startsWith(before));
  return last?.slice(before.length) ?? null;
}
