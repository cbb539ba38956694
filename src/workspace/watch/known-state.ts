import { randomUUID } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const move = z.object({ id: z.string(), ref: z.string(), to: z.string().nullable(), at: z.number() });
const settings = z.record(z.string(), z.string());

const schema = z.object({
  /** Refs and files as they are known to be. */
  refs: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.string()),
  /** Moves of ours of which it is not known whether they were made. */
  open: z.array(move),
  readTo: z.record(z.string(), z.number()),
  /** What differs and is not settled: what it is now, and until when it was as it should be. */
  unsettled: z.record(z.string(), z.object({ to: z.string().nullable(), sinceMs: z.number() })),
  /** Git's settings as they were when nothing had been changed behind our back; null: not asked for yet. */
  settings: settings.nullable(),
  /** What is set over git's settings of now. */
  pins: z.array(z.tuple([z.string(), z.string()])),
});

/** What is known of a repository, kept between engines: what happens while none runs is seen by the next. */
export type KnownState = z.infer<typeof schema>;

const fileOf = (folder: string): string => join(folder, "known.json");

/** Null: nothing is known yet, or what was written cannot be read. */
export async function readKnown(
  folder: string,
): Promise<{ readonly known: KnownState; readonly lookedAtMs: number } | null> {
  try {
    const text = await readFile(fileOf(folder), "utf8");
    return { known: schema.parse(JSON.parse(text)), lookedAtMs: (await stat(fileOf(folder))).mtimeMs };
  } catch {
    return null;
  }
}

export async function writeKnown(folder: string, known: KnownState, nowMs: number): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beside = join(folder, `.${randomUUID()}.tmp`);
  writeFileSync(beside, JSON.stringify(known), { flag: "wx", mode: 0o600 });
  utimesSync(beside, nowMs / 1_000, nowMs / 1_000);
  // Where a file system first writes the new content down, nobody else waits for that.
  await rename(beside, fileOf(folder));
}

/** Nothing differs: only the time of the last look is new. False: the file is gone. */
export function touchKnown(folder: string, nowMs: number): boolean {
  try {
    utimesSync(fileOf(folder), nowMs / 1_000, nowMs / 1_000);
    return true;
  } catch {
    return false;
  }
}

/** Without a text of each ref, of which there may be thousands. */
export function isSameState(a: KnownState, b: KnownState): boolean {
  const rest = ({ refs: _refs, files: _files, ...other }: KnownState): string => JSON.stringify(other);
  return isSameRecord(a.refs, b.refs) && isSameRecord(a.files, b.files) && rest(a) === rest(b);
}

function isSameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return a === b || (keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]));
}
