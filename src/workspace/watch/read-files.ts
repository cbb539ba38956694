import { homedir } from "node:os";
import { join } from "node:path";

import { digestOf, emptyDigest, entriesOf, StatCache, textOf } from "../stat-cache.ts";

/** What git reads in its shared folder beside refs and objects: it can run programs, hide files or change what commits are. */
const watched: readonly string[] = [
  "HEAD",
  "config",
  "config.worktree",
  "commondir",
  "shallow",
  "info/attributes",
  "info/exclude",
  "info/grafts",
  "info/sparse-checkout",
  "objects/info/alternates",
  "objects/info/http-alternates",
];

/** Reads what git is configured by, as digests by their path in the shared folder. */
export class FileReader {
  readonly #commonDir: string;
  /** The user's own configuration, which holds for every repository. */
  readonly #own: readonly string[];
  readonly #digests: StatCache<string>;
  readonly #folders: StatCache<Awaited<ReturnType<typeof entriesOf>>>;
  readonly #configs: StatCache<readonly string[]>;
  readonly #texts: StatCache<string>;

  constructor(commonDir: string, environment: Readonly<Record<string, string | undefined>>, onStat: () => void) {
    const home = environment["HOME"] ?? homedir();
    this.#commonDir = commonDir;
    const configHome = environment["XDG_CONFIG_HOME"] ?? join(home, ".config");
    this.#own = [
      join(home, ".gitconfig"),
      ...["config", "attributes", "ignore"].map((name) => join(configHome, "git", name)),
    ];
    this.#digests = new StatCache(digestOf, onStat);
    this.#folders = new StatCache(entriesOf, onStat);
    this.#texts = new StatCache(textOf, onStat);
    this.#configs = new StatCache(
      async (path, kind) => includesIn((await textOf(path, kind)) ?? "", path, home),
      onStat,
    );
  }

  async read(): Promise<ReadonlyMap<string, string>> {
    const hooks = (await this.#folders.get(join(this.#commonDir, "hooks"))) ?? [];
    const trees = (await this.#haveOwnConfigs()) ? await this.#folders.get(join(this.#commonDir, "worktrees")) : null;
    const names = [
      ...watched,
      ...hooks.filter(({ name }) => !name.endsWith(".sample")).map(({ name }) => `hooks/${name}`),
      ...(trees ?? []).map(({ name }) => `worktrees/${name}/config.worktree`),
      ...this.#own,
    ];
    const found = new Map<string, string>();
    const look = async (name: string, depth: number): Promise<void> => {
      if (found.has(name)) return;
      const path = name.startsWith("/") ? name : join(this.#commonDir, name);
      const digest = await this.#digests.get(path);
      // A configuration without a word sets nothing: the wall makes one for each worktree.
      if (digest === null || (digest === emptyDigest && isConfig(name))) return;
      found.set(name, digest);
      if (depth > 0 && isConfig(name))
        await Promise.all(((await this.#configs.get(path)) ?? []).map((other) => look(other, depth - 1)));
    };
    await Promise.all(names.map((name) => look(name, longestChain)));
    return found;
  }

  /** Git reads configurations of worktrees only where the repository's own file says so, not one that it includes. */
  async #haveOwnConfigs(): Promise<boolean> {
    return (await this.#texts.get(join(this.#commonDir, "config")))?.toLowerCase().includes("worktreeconfig") === true;
  }
}

/** So many files of configuration may lead to each other. */
const longestChain = 5;

/** Whether git takes a file for configuration: ours by name, or one that another has led to. */
export const isConfig = (name: string): boolean =>
  name.startsWith("/") ? !/\/git\/(?:attributes|ignore)$/.test(name) : /(?:^|\/)config(?:\.worktree)?$/.test(name);

/** Files that a configuration includes, under whatever condition. */
function includesIn(text: string, path: string, home: string): readonly string[] {
  const found: string[] = [];
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[\s*([^\s\]"]+)/.exec(line)?.[1]?.toLowerCase() ?? section;
    const value = /^\s*(?:\[.*\]\s*)?path\s*=\s*"?(.*?)"?\s*$/i.exec(line)?.[1];
    if (value === undefined || !section.startsWith("include")) continue;
    if (value.startsWith("~/")) found.push(join(home, value.slice(2)));
    else found.push(value.startsWith("/") ? value : join(path, "..", value));
  }
  return found;
}
