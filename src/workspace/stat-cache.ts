import { createHash } from "node:crypto";
import { lstatSync, readdirSync, type BigIntStats } from "node:fs";
import { readFile, readlink } from "node:fs/promises";

import { wholeText } from "./plain-text.ts";

/**
 * Clocks of file systems are coarse: what changed so shortly before it was read may change again without a trace. Some know whole
 * seconds, or pairs of them; others go by the beats of the system's own clock.
 */
const settledMs = ({ ctimeNs }: BigIntStats): number => (ctimeNs % 1_000_000_000n === 0n ? 2_100 : 100);

export const isSettled = (kind: BigIntStats, at = Date.now()): boolean => at - Number(kind.ctimeMs) >= settledMs(kind);

export const markOf = (kind: BigIntStats): string =>
  [kind.dev, kind.ino, kind.size, kind.mode, kind.mtimeNs, kind.ctimeNs].join(" ");

/** Without waiting for another thread, which costs more than the look. Null: there is nothing, or it is not to be seen. */
export function statOf(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** What lies in a folder, also without waiting for another thread; nothing where it is not to be seen. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What was read of files or folders, as long as `lstat` says the same of them. Null: there is nothing, or nothing to read. */
export class StatCache<T> {
  readonly #known = new Map<string, { readonly mark: string; readonly value: T }>();
  readonly #read: (path: string, kind: BigIntStats) => Promise<T | null>;
  readonly #onStat: () => void;

  constructor(read: (path: string, kind: BigIntStats) => Promise<T | null>, onStat: () => void = () => undefined) {
    this.#read = read;
    this.#onStat = onStat;
  }

  async get(path: string): Promise<T | null> {
    this.#onStat();
    const kind = statOf(path);
    if (kind === null) {
      this.#known.delete(path);
      return null;
    }
    const mark = markOf(kind);
    const known = this.#known.get(path);
    if (known?.mark === mark) return known.value;
    const value = await this.#read(path, kind).catch(() => null);
    if (value === null || !isSettled(kind)) this.#known.delete(path);
    else this.#known.set(path, { mark, value });
    return value;
  }
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Text of a file; of a link only where it leads: links are not followed. */
export async function textOf(path: string, kind: BigIntStats): Promise<string | null> {
  if (kind.isSymbolicLink()) return `link: ${await readlink(path)}`;
  return kind.isFile() ? (wholeText(path) ?? null) : null;
}

const digestOfParts = (target: string, content: Buffer): string =>
  createHash("sha256").update(target).update("\0").update(content).digest("hex").slice(0, 32);

/** Of a file without content that is no program. */
export const emptyDigest = digestOfParts("", Buffer.alloc(0));

/** What tells a file from an earlier one, its right to be run included. A link counts with what it leads to. */
export async function digestOf(path: string, kind: BigIntStats): Promise<string | null> {
  if (!kind.isFile() && !kind.isSymbolicLink()) return null;
  const target = kind.isSymbolicLink() ? await readlink(path) : "";
  const content = await readFile(path).catch(() => Buffer.alloc(0));
  const digest = digestOfParts(target, content);
  return (kind.mode & 0o111n) === 0n ? digest : `${digest} may be run`;
}

export async function entriesOf(path: string): Promise<readonly FolderEntry[]> {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}
