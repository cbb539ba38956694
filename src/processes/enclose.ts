import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { SandboxSettings, SandboxUse } from "../domain/sandbox.ts";
import { bubblewrapArguments, type PlacedRule } from "./bubblewrap.ts";
import { refusedSandbox, sandboxUseOf, type FoundSandbox } from "./find-sandbox.ts";
import { secretNames } from "./hidden-places.ts";
import {
  effectiveRules,
  readObjects,
  wantedRules,
  type AgentPlaces,
  type Rule,
  type WalledRepository,
} from "./sandbox-rules.ts";
import { seatbeltProfile } from "./seatbelt.ts";

/** What is to run behind a wall. */
export interface Enclosed {
  readonly workdir: string;
  /** Its folder for temporary files. */
  readonly temporary: string;
  /** To be read, although it may lie where everything else is hidden. */
  readonly visible: readonly string[];
  readonly agent: AgentPlaces;
  /** As it searches for programs. */
  readonly path: string | undefined;
  /** Absent: as the settings say. */
  readonly network?: SandboxSettings["network"];
}

export interface Wall {
  readonly use: SandboxUse;
  /** What is started in place of a program; argv[0] is its path. */
  readonly wrap: (argv: readonly string[]) => readonly string[];
}

/** Puts a wall up for one program, or says why there is none. Rejects where one is required. */
export type Enclose = (what: Enclosed) => Promise<Wall>;

/** What is the same for all programs of a run. */
export interface WallSite {
  readonly find: () => Promise<FoundSandbox>;
  readonly settings: SandboxSettings;
  readonly home: string;
  readonly runtime: string | null;
  readonly own: readonly string[];
  readonly agents: readonly string[];
  /** A folder of this program's own in which it may keep what the wall needs. */
  readonly keep: string;
  /** Of the worktree; null: there is no repository. */
  readonly repository: ((workdir: string) => Promise<Omit<WalledRepository, "newObjects">>) | null;
}

export const createEnclose =
  (site: WallSite): Enclose =>
  async (what) => {
    const found = await site.find();
    const refused = refusedSandbox(site.settings.mode, found);
    if (refused !== null) throw new Error(refused);
    const use = sandboxUseOf(found);
    if (found.kind === "none") return { use, wrap: (argv) => argv };
    const rules = await rulesFor(site, what, found.kind === "bubblewrap");
    const network = what.network ?? site.settings.network;
    if (found.kind === "seatbelt") {
      const profile = seatbeltProfile(rules, { network }, realOf(what.temporary) ?? what.temporary);
      return { use, wrap: (argv) => [found.program, "-p", profile, ...argv] };
    }
    const args = bubblewrapArguments(rules, {
      network,
      workdir: what.workdir,
      isRoot: process.getuid?.() === 0,
      emptyFile: join(site.keep, "empty"),
    });
    return { use, wrap: (argv) => [found.program, ...args, ...argv] };
  };

async function rulesFor(site: WallSite, what: Enclosed, hasStandIns: boolean): Promise<readonly PlacedRule[]> {
  const repository = (await site.repository?.(what.workdir)) ?? null;
  const caches = hasStandIns ? join(site.keep, "caches") : null;
  const newObjects = hasStandIns && repository?.gitDir ? join(repository.gitDir, newObjectsFolder) : null;
  if (hasStandIns) await makeStandIns(site, repository, newObjects);
  const wanted = wantedRules({
    home: site.home,
    runtime: site.runtime,
    own: site.own,
    repository: repository === null ? null : { ...repository, newObjects },
    workdir: what.workdir,
    temporary: what.temporary,
    visible: what.visible,
    agent: what.agent,
    agents: site.agents,
    found: [...secretNames(namesIn(site.home)).map((name) => join(site.home, name)), ...socketsOutside(what.workdir)],
    caches,
    settings: site.settings,
  });
  const placed = effectiveRules(wanted.flatMap(placedRule));
  return [...placed, ...linkRules([...foldersOf(what.path), ...what.visible], placed)];
}

/** Below the worktree's own folder of git. */
export const newObjectsFolder = "new-objects";

async function makeStandIns(
  { keep }: WallSite,
  repository: Omit<WalledRepository, "newObjects"> | null,
  newObjects: string | null,
): Promise<void> {
  await mkdir(keep, { recursive: true, mode: 0o700 });
  const empty = join(keep, "empty");
  if (!existsSync(empty)) await writeFile(empty, "", { mode: 0o444 });
  for (const name of ["cache", "npm"]) await mkdir(join(keep, "caches", name), { recursive: true, mode: 0o700 });
  if (newObjects === null || repository === null || repository.gitDir === null) return;
  // The programs before this one could write there: by a link this would be written wherever it leads.
  for (const folder of [newObjects, join(newObjects, "info"), join(newObjects, "pack")]) {
    const kind = await lstat(folder).catch(() => null);
    if (kind?.isDirectory() === false) await rm(folder, { force: true });
    await mkdir(folder, { recursive: true });
  }
  const others = alternatesOf(join(repository.commonDir, "objects"));
  const alternates = join(newObjects, "info", "alternates");
  await rm(alternates, { recursive: true, force: true });
  await writeFile(alternates, [readObjects, ...others, ""].join("\n"), { flag: "wx" });
  const ownSettings = join(repository.gitDir, "config.worktree");
  if (!existsSync(ownSettings)) await writeFile(ownSettings, "");
}

/** Relative ones would lead elsewhere from another place. */
function alternatesOf(objects: string): readonly string[] {
  try {
    const lines = readFileSync(join(objects, "info", "alternates"), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => realOf(join(objects, line)) ?? line);
  } catch {
    return [];
  }
}

/** With the real path of what is there; nothing for what is not. A place that is only made inside stays as it is. */
function placedRule(rule: Rule): readonly PlacedRule[] {
  const source = realOf(rule.from ?? rule.path);
  if (source === null) return [];
  const kind = kindOf(source);
  if (rule.from === undefined) return [{ ...rule, path: source, kind }];
  const path = rule.path === readObjects ? rule.path : realOf(rule.path);
  return path === null ? [] : [{ ...rule, path, from: source, kind }];
}

const foldersOf = (path = ""): readonly string[] => path.split(":").filter((folder) => folder.startsWith("/"));

/** What leads by a link out of what is hidden is put where the link was. One that is seen leads to where its own end was put. */
function linkRules(paths: readonly string[], placed: readonly PlacedRule[]): readonly PlacedRule[] {
  const made: PlacedRule[] = [];
  for (const path of paths.flatMap(hopsOf)) {
    const real = realOf(path);
    const above = [...placed, ...made].findLast((rule) => path === rule.path || path.startsWith(`${rule.path}/`));
    const isHidden = above?.access === "none" || above?.access === "private";
    if (real !== null && isHidden) made.push({ path, from: real, access: "read", kind: kindOf(real) });
  }
  return made;
}

const mostHops = 20;

/** The links that a path leads over one after the other, the last first: each is to lead on where its folder is seen. */
function hopsOf(path: string): readonly string[] {
  const hops = [path];
  for (let at = path; hops.length < mostHops;) {
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      break;
    }
    hops.unshift(at);
  }
  return hops;
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function kindOf(path: string): PlacedRule["kind"] {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return "file";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Of databases: no program is started by way of them. */
const harmless = /\/(?:mysqld?[\w.-]*\.sock|\.s\.PGSQL\.\d+|(?:redis|memcached|mongodb)[\w.-]*\.sock)$/;

/** Sockets that somebody listens at now, wherever they are: most start programs for whoever may write to them. */
function socketsOutside(workdir: string): readonly string[] {
  try {
    const lines = readFileSync("/proc/net/unix", "utf8").split("\n");
    const paths = lines.map((line) => /^\S+:(?:\s+\S+){6} (\/.*)$/.exec(line)?.[1]);
    const named = new Set(paths.filter((path) => path !== undefined));
    return [...named].filter((path) => !harmless.test(path) && !path.startsWith(`${workdir}/`) && existsSync(path));
  } catch {
    return [];
  }
}

/** Files that a command names, with the folders they lie in, so that they are seen inside of hidden ones. */
export function namedPlaces(argv: readonly string[]): readonly string[] {
  return argv.flatMap((part) => {
    const path = part.startsWith("/") ? realOf(part) : null;
    if (path === null) return [];
    if (kindOf(path) === "folder") return [part];
    const folder = dirname(path);
    // A folder that is hidden as a whole stays so.
    return folder.split("/").length > 2 ? [part, folder] : [part];
  });
}
