import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { endLivingCommands, LivingCommand } from "../processes/living-command.ts";
import { Known } from "./known.ts";
import { createSerial } from "./serial.ts";

/** One object of a repository, as its id says. */
export interface GitObject {
  readonly type: "commit" | "tree" | "blob" | "tag";
  readonly content: Buffer;
}

/** How a git starts that answers for the repository of a shared folder. */
type Start = (commonDir: string) => Promise<Omit<ConstructorParameters<typeof LivingCommand>[0], "cwd">>;

/** The objects of one repository. What they do not tell (null) the usual command is asked, whose word is the last. */
export interface Objects {
  /** Null: it is not there, is larger than `mostBytes`, or there was no answer. */
  read(id: string, mostBytes?: number): Promise<GitObject | null>;
}

const timeoutMs = 30_000;
/** How long a reader stays that is not asked: in a command, and where an engine pauses between its questions. */
const idleMs = { command: 5_000, engine: 60_000 };
const largestBytes = 16 * 1024 ** 2;
/** What is kept of one repository, and of this the longest; each takes some memory beside its content. */
const mostKeptBytes = 4 * 1024 ** 2;
const longestKeptBytes = 512 * 1024;
const besideBytes = 512;

const starts = new WeakMap<object, Start>();
const readers = new Known<ObjectReader>(8);

/** Lets objects be read by living processes that begin as this git's commands do. */
export const letRead = (git: object, start: Start): void => void starts.set(git, start);

let keepers = 0;

/** Keeps readers over the pauses of an engine; to be called when it has ended is what it returns. */
export function keepReaders(): () => void {
  keepers += 1;
  return () => {
    keepers -= 1;
    if (keepers === 0) endLivingCommands();
  };
}

/** Null: there is none to ask. Of a shallow clone git itself says where its history ends. */
export async function objectsAt(git: object, place: { readonly gitDir?: string }): Promise<Objects | null> {
  return place.gitDir === undefined || existsSync(join(sharedBy(place.gitDir), "shallow"))
    ? null
    : contentsAt(git, place);
}

/** The same for contents of files, of which a shallow clone has all. */
export async function contentsAt(git: object, place: { readonly gitDir?: string }): Promise<Objects | null> {
  const start = starts.get(git);
  if (start === undefined || place.gitDir === undefined) return null;
  const commonDir = sharedBy(place.gitDir);
  const which = statSync(commonDir, { throwIfNoEntry: false });
  if (which === undefined) return null;
  const command = await start(commonDir);
  const mark = [which.dev, which.ino, which.birthtimeMs].join(" ");
  const key = JSON.stringify([commonDir, command]);
  const known = readers.get(key);
  if (known?.mark === mark) return known;
  known?.end();
  const reader = new ObjectReader(mark, () => new LivingCommand({ ...command, cwd: "/" }));
  readers.set(key, reader);
  return reader;
}

/** The folder that all worktrees share, by where a worktree's own one lies: what stands in that one may be an agent's. */
function sharedBy(gitDir: string): string {
  const above = dirname(gitDir);
  return basename(above) === "worktrees" && existsSync(join(gitDir, "commondir")) ? dirname(above) : gitDir;
}

/** Keeps what it has read by id, never by name: an id is made from the content, which is compared with it. */
export class ObjectReader implements Objects {
  readonly mark: string;
  readonly #begin: () => LivingCommand;
  readonly #oneAtATime = createSerial();
  readonly #kept = new Map<string, GitObject>();
  #keptBytes = 0;
  #command: LivingCommand | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor(mark: string, begin: () => LivingCommand) {
    this.mark = mark;
    this.#begin = begin;
  }

  async read(id: string, mostBytes = largestBytes): Promise<GitObject | null> {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return null;
    const found = this.#kept.get(id) ?? (await this.#askInTurn(id, mostBytes));
    return found === null || found.content.length > mostBytes ? null : found;
  }

  #askInTurn(id: string, mostBytes: number): Promise<GitObject | null> {
    return this.#oneAtATime(async () => {
      clearTimeout(this.#idle);
      try {
        return this.#kept.get(id) ?? (await this.#ask(id, mostBytes));
      } finally {
        const ms = keepers > 0 ? idleMs.engine : idleMs.command;
        this.#idle = setTimeout(() => this.end(), ms).unref();
      }
    });
  }

  end(): void {
    clearTimeout(this.#idle);
    this.#command?.end();
    this.#command = null;
  }

  async #ask(id: string, mostBytes: number): Promise<GitObject | null> {
    let isWanted = true;
    const sizeOf = (head: string): number | null => {
      const size = Number(answerPattern.exec(head)?.[2] ?? -1);
      isWanted = size <= mostBytes;
      return isWanted ? size + 1 : null;
    };
    // Whose process was killed is asked once more by another.
    for (let tries = 0; tries < 2; tries += 1) {
      const answer = await (this.#command ??= this.#begin()).ask(`contents ${id}`, sizeOf, timeoutMs);
      const type = answerPattern.exec(answer?.head ?? "")?.[1];
      if (answer !== null) return isType(type) ? this.#take(id, type, answer.body.subarray(0, -1)) : null;
      this.end();
      if (!isWanted) break;
    }
    return null;
  }

  /** Null: the content is not what the id was made from. */
  #take(id: string, type: GitObject["type"], content: Buffer): GitObject | null {
    const hash = createHash(id.length === 40 ? "sha1" : "sha256").update(`${type} ${content.length}\0`);
    if (hash.update(content).digest("hex") !== id) return null;
    const found: GitObject = { type, content };
    if (content.length > longestKeptBytes) return found;
    this.#kept.set(id, { type, content: alone(content) });
    this.#keptBytes += content.length + besideBytes;
    for (const [oldest, { content: old }] of this.#kept) {
      if (this.#keptBytes <= mostKeptBytes) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= old.length + besideBytes;
    }
    return found;
  }
}

/** A copy with memory of its own: a short buffer is a piece of a large one, which would stay with it. */
function alone(content: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(content.length);
  content.copy(copy);
  return copy;
}

/** Of what is not there git says only that. */
const answerPattern = /^[0-9a-f]+ (\w+) (\d+)$/;

const isType = (type: string | undefined): type is GitObject["type"] =>
  type === "commit" || type === "tree" || type === "blob" || type === "tag";
