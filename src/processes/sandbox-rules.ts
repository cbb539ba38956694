import { join } from "node:path";

import type { SandboxSettings } from "../domain/sandbox.ts";
import { hiddenInHome, hiddenOfSystem, localDatabases } from "./hidden-places.ts";

/**
 * What may be done with a path and all below it: nothing; an empty folder of its own that goes with the program; reading;
 * reading and writing.
 */
export type Access = "none" | "private" | "read" | "write";

export interface Rule {
  readonly path: string;
  readonly access: Access;
  /** Another folder that stands at this path inside the wall. */
  readonly from?: string;
}

/** A repository as a program in one of its worktrees may see it. */
export interface WalledRepository {
  /** The user's checkout. */
  readonly top: string;
  readonly commonDir: string;
  /** Where the worktrees of all tasks lie. */
  readonly worktrees: string;
  /** Git's own folder of the worktree that the program works in; null: it works in none. */
  readonly gitDir: string | null;
  /** Takes what the program adds to the objects, which themselves are only read. */
  readonly newObjects: string | null;
}

/** Where an agent keeps its login and its sessions, and what of that starts programs the next time. */
export interface AgentPlaces {
  readonly write: readonly string[];
  readonly settings: readonly string[];
}

export const noPlaces: AgentPlaces = { write: [], settings: [] };

/** Everything that decides what a program may reach. Paths are absolute. */
export interface WallPlace {
  readonly home: string;
  /** XDG_RUNTIME_DIR. */
  readonly runtime: string | null;
  /** What is this program's own: the ledger, its settings. */
  readonly own: readonly string[];
  readonly repository: WalledRepository | null;
  readonly workdir: string;
  readonly temporary: string;
  /** To be read wherever they are: files of the call, its program, the folders of PATH. */
  readonly visible: readonly string[];
  readonly agent: AgentPlaces;
  /** Where agents keep their logins, all of them. */
  readonly agents: readonly string[];
  /** Names in the home that look like secrets, and sockets of other programs. */
  readonly found: readonly string[];
  /** Stands where tools keep what they can make again; null: they may write to their own. */
  readonly caches: string | null;
  readonly settings: SandboxSettings;
}

/** Where the objects of the repository can be read inside the wall, while new ones go elsewhere. */
export const readObjects = "/run/repository-objects";

/** Folders of tools below the home, which have a stand-in each. */
export const cacheFolders: readonly string[] = [".cache", ".npm"];

/** Of two rules for one path the later one counts. */
export function wantedRules(place: WallPlace): readonly Rule[] {
  const { home, settings, repository, agent } = place;
  const inHome = (path: string): string => (path.startsWith("~/") ? join(home, path.slice(2)) : path);
  const all = (access: Access, paths: readonly string[]): Rule[] => paths.map((path) => ({ path, access }));
  const runtime = place.runtime === null ? [] : [place.runtime];
  return [
    ...all("private", ["/tmp", "/var/tmp", "/run", "/var/run", ...runtime]),
    ...all("none", hiddenOfSystem),
    ...(settings.network === "on" ? all("read", localDatabases) : []),
    { path: home, access: "read" },
    ...all(
      "none",
      hiddenInHome.map((name) => join(home, name)),
    ),
    ...all("none", place.agents),
    ...all("none", place.found),
    ...cacheFolders.map((name): Rule => {
      const path = join(home, name);
      return place.caches === null
        ? { path, access: "write" }
        : { path, access: "write", from: join(place.caches, name.replace(/^\./, "")) };
    }),
    ...(repository === null ? [] : repositoryRules(repository)),
    ...all("read", place.visible),
    ...all("write", agent.write),
    ...all("read", agent.settings),
    ...all("read", settings.read.map(inHome)),
    ...all("write", settings.write.map(inHome)),
    ...all("none", place.own),
    ...(repository === null ? [] : all("none", [repository.worktrees])),
    ...all("write", [place.temporary, place.workdir]),
    { path: join(place.workdir, ".git"), access: "read" },
  ];
}

function repositoryRules({ top, commonDir, gitDir, newObjects }: WalledRepository): readonly Rule[] {
  const objects = join(commonDir, "objects");
  const rules: Rule[] = [
    { path: top, access: "read" },
    { path: commonDir, access: "read" },
    { path: join(commonDir, "worktrees"), access: "none" },
  ];
  if (gitDir === null) return rules;
  if (newObjects !== null)
    rules.push(
      { path: objects, access: "write", from: newObjects },
      { path: readObjects, access: "read", from: objects },
    );
  return [
    ...rules,
    { path: gitDir, access: "write" },
    // Git outside of the wall takes its settings and its branch from these.
    ...["HEAD", "commondir", "gitdir", "config.worktree"].map((name): Rule => ({
      path: join(gitDir, name),
      access: "read",
    })),
  ];
}

/** The last rule of each path, from the top down, without those that say what holds there anyway. */
export function effectiveRules<T extends Rule>(rules: readonly T[]): readonly T[] {
  const last = new Map(rules.map((rule) => [rule.path, rule]));
  const sorted = [...last.values()].toSorted((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
  const kept: T[] = [];
  for (const rule of sorted) {
    const above = kept.findLast(({ path }) => isBelow(path, rule.path));
    const access = above?.access ?? "read";
    // What another folder stands for is not there anyway.
    if (above?.from !== undefined && rule.access === "none") continue;
    if (rule.from === undefined && above?.from === undefined && rule.access === access) continue;
    kept.push(rule);
  }
  return kept;
}

const depth = (path: string): number => path.split("/").filter((part) => part !== "").length;
const isBelow = (folder: string, path: string): boolean => path.startsWith(folder === "/" ? "/" : `${folder}/`);
