import { join } from "node:path";

import { gitLine, type Git, type Place } from "../git.ts";
import { entriesOf, StatCache, textOf } from "../stat-cache.ts";

/** Moved by every fetch, also by those of editors; or a worktree's own. */
const unwatched = /^refs\/(?:remotes|prefetch|bisect|worktree|rewritten)(?:\/|$)/;

/** Reads all refs of a repository as files. */
export class RefReader {
  readonly #commonDir: string;
  readonly #git: Git;
  readonly #place: Place;
  readonly #folders: StatCache<Awaited<ReturnType<typeof entriesOf>>>;
  readonly #loose: StatCache<string>;
  readonly #packed: StatCache<ReadonlyMap<string, string>>;
  readonly #tables: StatCache<ReadonlyMap<string, string>>;
  #looseCount = 0;

  constructor(git: Git, at: { readonly commonDir: string; readonly place: Place }, onStat: () => void) {
    this.#commonDir = at.commonDir;
    this.#git = git;
    this.#place = at.place;
    this.#folders = new StatCache(entriesOf, onStat);
    this.#loose = new StatCache(async (path, kind) => (await textOf(path, kind))?.trim() ?? null, onStat);
    this.#packed = new StatCache(async (path, kind) => parsePacked((await textOf(path, kind)) ?? ""), onStat);
    this.#tables = new StatCache(() => this.#ask(), onStat);
  }

  /** Refs with a file of their own, when they were read last. */
  get looseCount(): number {
    return this.#looseCount;
  }

  async read(): Promise<ReadonlyMap<string, string>> {
    // A repository with reftables has no refs as files: git is asked whenever its list of tables has changed.
    const tables = await this.#tables.get(join(this.#commonDir, "reftable", "tables.list"));
    if (tables !== null) return tables;
    // In this order, as git packs: what is no longer loose when it is looked for is packed already.
    const loose = new Map<string, string>();
    await this.#readLoose("refs", loose);
    this.#looseCount = loose.size;
    const packed = await this.#packed.get(join(this.#commonDir, "packed-refs"));
    return new Map([...(packed ?? []), ...loose]);
  }

  async #readLoose(name: string, into: Map<string, string>): Promise<void> {
    const entries = (await this.#folders.get(join(this.#commonDir, name))) ?? [];
    await Promise.all(
      entries.map(async (entry) => {
        const full = `${name}/${entry.name}`;
        if (unwatched.test(full) || full.endsWith(".lock")) return;
        if (entry.isFolder) return await this.#readLoose(full, into);
        const value = await this.#loose.get(join(this.#commonDir, full));
        if (value !== null) into.set(full, value);
      }),
    );
  }

  async #ask(): Promise<ReadonlyMap<string, string>> {
    const format = "--format=%(if)%(symref)%(then)ref: %(symref)%(else)%(objectname)%(end) %(refname)";
    const lines = (await gitLine(this.#git, this.#place, ["for-each-ref", format])).split("\n");
    return new Map(lines.flatMap((line) => entryOf(line, line.lastIndexOf(" "))));
  }
}

/** Lines `<id> <ref>`; `^<id>` behind a tag is what it leads to, `#` begins the head of the file. */
function parsePacked(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("^"));
  return new Map(lines.flatMap((line) => entryOf(line, line.indexOf(" "))));
}

function entryOf(line: string, gap: number): (readonly [string, string])[] {
  const ref = line.slice(gap + 1).trim();
  return gap < 0 || unwatched.test(ref) ? [] : [[ref, line.slice(0, gap)]];
}
