import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { isRow, text } from "../../../state/connection/columns.ts";
import { spec } from "../../../state/events/value-schemas.ts";
import { parseBacklog, type BacklogInput } from "../../backlog/backlog.ts";
import { taskDigest } from "../../backlog/digest.ts";
import { assert } from "../../domain/assert.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Backlog } from "../../engine/run/backlog-sync.ts";
import { packageVersion } from "../program/package-version.ts";
import { isOwnFolder, Paths } from "../wiring/paths.ts";
import type { Program } from "../program/program.ts";

/** A shorter text is read again sooner than what was kept of it. */
const shortest = 8_192;

/** What was read, or all that is wrong with it. */
export type ReadBacklog =
  | { readonly tasks: Backlog["tasks"]; readonly problems: readonly [] }
  | { readonly tasks: readonly []; readonly problems: readonly Problem[] };

/**
 * The tasks of a text with their digests. To read the YAML of a thousand takes longer than all else of a start, so those of a long text
 * without a fault are kept beside the ledger and taken again for the same text, the same names of models and checks, and the
 * same program. Only where the state folder is its owner's alone, as what was compiled is.
 */
export function readBacklog(program: Program, path: string, input: BacklogInput): ReadBacklog {
  const paths = new Paths(program.env);
  const place = input.text.length >= shortest && isOwnFolder(paths.state) ? paths.backlog(path) : null;
  const key = place === null ? "" : keyOf(input);
  const kept = place === null ? null : keptIn(place, key);
  if (kept !== null) return { tasks: kept, problems: [] };
  const { tasks: specs, problems } = parseBacklog(input);
  if (problems.length > 0) return { tasks: [], problems };
  const tasks = specs.map((one) => ({ spec: one, digest: taskDigest(one) }));
  if (place !== null) keep(place, { key, tasks });
  return { tasks, problems: [] };
}

/** All that the tasks come from. The name of this file is another in each program that is made of other sources. */
function keyOf({ text: written, settings }: BacklogInput): string {
  const names = settings === null ? null : [settings.models, settings.checks].map((all) => all.map(({ name }) => name));
  const from = JSON.stringify([packageVersion(), import.meta.url, names, written]);
  return createHash("sha256").update(from).digest("hex");
}

/** Null: nothing of this key, or nothing that can be read. */
function keptIn(place: string, key: string): Backlog["tasks"] | null {
  try {
    const kept: unknown = JSON.parse(readFileSync(place, "utf8"));
    if (!isRow(kept) || kept["key"] !== key || !Array.isArray(kept["tasks"])) return null;
    return kept["tasks"].map(taskOf);
  } catch {
    return null;
  }
}

function taskOf(kept: unknown): Backlog["tasks"][number] {
  assert(isRow(kept), "a task that was kept is an object");
  return { spec: spec.parse(kept["spec"]), digest: text(kept, "digest") };
}

/** What cannot be kept is read again. */
function keep(place: string, kept: { readonly key: string; readonly tasks: Backlog["tasks"] }): void {
  try {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    const beside = `${place}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(kept), { mode: 0o600 });
    renameSync(beside, place);
  } catch {
    // A full disk, say.
  }
}
