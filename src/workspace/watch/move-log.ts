import { randomUUID } from "node:crypto";
import { closeSync, fdatasync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { namesIn, statOf } from "../stat-cache.ts";

/** A line of the log: a move that is going to be made, or the end of one. */
export type LogLine =
  | {
      readonly kind: "begin";
      readonly id: string;
      readonly ref: string;
      readonly to: string | null;
      readonly at: number;
    }
  | { readonly kind: "end"; readonly id: string; readonly moved: boolean };

/** How far each file of the log has been read, by its name. */
export type ReadTo = Readonly<Record<string, number>>;

const dayMs = 24 * 60 * 60_000;
const fileName = /^moves-(\d+)\.jsonl$/;
const synced = promisify(fdatasync);

/**
 * The moves of refs by all our processes in one repository, in files that are only ever appended to, one a day. The line of a
 * move is on disk before the move begins: whatever is cut off in between, no move of ours is taken for somebody else's.
 */
export class MoveLog {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  async begin(ref: string, to: string | null): Promise<string> {
    const id = randomUUID();
    const file = this.#open();
    try {
      writeSync(file, lineOf({ kind: "begin", id, ref, to, at: this.#now() }));
      await synced(file);
    } finally {
      closeSync(file);
    }
    return id;
  }

  end(id: string, moved: boolean): void {
    const file = this.#open();
    try {
      writeSync(file, lineOf({ kind: "end", id, moved }));
    } finally {
      closeSync(file);
    }
  }

  /** The lines behind `from`, oldest first, and where the next look goes on. */
  read(from: ReadTo): { readonly lines: readonly LogLine[]; readonly readTo: ReadTo } {
    const lines: LogLine[] = [];
    const readTo: Record<string, number> = {};
    for (const name of this.#files()) {
      const start = from[name] ?? 0;
      const text = readBehind(join(this.#folder, name), start);
      // A line that is being written is for the next look.
      const whole = text.subarray(0, text.lastIndexOf("\n") + 1);
      readTo[name] = start + whole.length;
      for (const line of whole.toString("utf8").split("\n")) {
        const parsed = parseLine(line);
        if (parsed !== null) lines.push(parsed);
      }
    }
    return { lines, readTo };
  }

  /** Removes files of past days that were read to their end. */
  async drop(read: ReadTo): Promise<void> {
    const today = Math.floor(this.#now() / dayMs);
    for (const name of this.#files()) {
      if (read[name] === undefined || Number(fileName.exec(name)?.[1]) >= today - 2) continue;
      await rm(join(this.#folder, name), { force: true });
    }
  }

  #files(): readonly string[] {
    return namesIn(this.#folder)
      .filter((name) => fileName.test(name))
      .toSorted();
  }

  #open(): number {
    const path = join(this.#folder, `moves-${Math.floor(this.#now() / dayMs)}.jsonl`);
    try {
      return openSync(path, "a", 0o600);
    } catch {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      return openSync(path, "a", 0o600);
    }
  }
}

const lineOf = (line: LogLine): string => `${JSON.stringify(line)}\n`;

/** Not the whole of a file that grows with each task, and without waiting for another thread, which costs more. */
function readBehind(path: string, start: number): Buffer {
  const size = Number(statOf(path)?.size ?? 0);
  if (size <= start) return Buffer.alloc(0);
  const file = openSync(path, "r");
  try {
    const text = Buffer.alloc(size - start);
    return text.subarray(0, readSync(file, text, 0, text.length, start));
  } finally {
    closeSync(file);
  }
}

function parseLine(text: string): LogLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("kind" in value) || !("id" in value)) return null;
  const { kind, id } = value;
  if (typeof id !== "string") return null;
  if (kind === "end" && "moved" in value) return { kind, id, moved: value.moved === true };
  if (kind !== "begin" || !("ref" in value) || !("to" in value) || !("at" in value)) return null;
  const { ref, to, at } = value;
  if (typeof ref !== "string" || typeof at !== "number" || (to !== null && typeof to !== "string")) return null;
  return { kind, id, ref, to, at };
}
