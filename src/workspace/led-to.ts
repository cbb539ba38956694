import type { CheckSettings, Settings } from "../domain/settings.ts";
import { ledByFile, ledByShell, type Led, type Names } from "../policy/followed-files.ts";
import { isInputByName, type ReadingCheck } from "../policy/gate-inputs.ts";
import { baseName, folderName, joined } from "../policy/shell-commands.ts";
import type { Git, Place } from "./git.ts";
import { entriesOf, textOf } from "./tree-entries.ts";

/** So many files a check's command is followed through. */
const mostFollowed = 20;
const largestFile = 512 * 1024;

/** The files of a tree. */
export interface TreeFiles extends Names {
  /** "" for what is no file of it, or too large to be a script. */
  read(path: string): Promise<string>;
  /** Where a link leads to, as a path of the repository; null: it is none, or leads out of it. */
  linkOf(path: string): Promise<string | null>;
  /** Paths of all links. */
  readonly links: readonly string[];
}

export async function filesOfTree(git: Git, place: Place, tree: string): Promise<TreeFiles> {
  const files = new Map<string, { readonly mode: string; readonly id: string }>();
  const folders = new Set<string>();
  const byName = new Map<string, string[]>();
  for (const { path, mode, id } of await entriesOf(git, place, tree)) {
    files.set(path, { mode, id });
    const same = byName.get(baseName(path));
    if (same === undefined) byName.set(baseName(path), [path]);
    else same.push(path);
    for (let folder = folderName(path); folder !== "" && !folders.has(folder); folder = folderName(folder))
      folders.add(folder);
  }
  const isFile = (path: string): boolean => /^1[02]/.test(files.get(path)?.mode ?? "");
  const show = async (path: string): Promise<string> => {
    const file = files.get(path);
    return file === undefined || !isFile(path) ? "" : ((await textOf(git, place, file.id, largestFile)) ?? "");
  };
  return {
    hasFile: isFile,
    hasFolder: (path) => folders.has(path),
    called: (name) => byName.get(name) ?? [],
    read: show,
    links: [...files].flatMap(([path, { mode }]) => (mode === "120000" ? [path] : [])),
    linkOf: async (path) => {
      if (files.get(path)?.mode !== "120000") return null;
      const target = joined(folderName(path), (await show(path)).trim());
      return target.startsWith("..") || !isFile(target) ? null : target;
    },
  };
}

/** What the checks of a gate read, as their commands and what these lead to say at the base. */
export async function readingChecks(
  checks: readonly CheckSettings[],
  tree: TreeFiles,
  services: Services = {},
): Promise<readonly ReadingCheck[]> {
  const found: ReadingCheck[] = [];
  const behindLinks: string[] = [];
  for (const link of tree.links.filter(isInputByName)) behindLinks.push((await tree.linkOf(link)) ?? link);
  for (const check of checks) {
    const { name, run } = check;
    const { files, ...read } = await follow(name, [ledByShell(run, "", tree)], tree);
    // What it needs to be green is its own as much, but runs no tests.
    const needed = commandsOf(check, services);
    const behind =
      needed.length === 0
        ? null
        : await follow(
            name,
            needed.map((each) => ledByShell(each, "", tree)),
            tree,
          );
    const all = [...files, ...(behind?.files ?? []), ...behindLinks.map((path) => path.toLowerCase())];
    found.push({ ...read, files: new Set(all) });
  }
  return found;
}

type Services = NonNullable<Settings["services"]>;

/** How the services that a check needs are started, asked and stopped. */
export const commandsOf = ({ needsServices = [] }: CheckSettings, services: Services = {}): readonly string[] =>
  needsServices.flatMap((name) => {
    const service = services[name];
    return service === undefined ? [] : [service.start, service.probe, service.stop].filter((each) => each !== null);
  });

async function follow(name: string, first: readonly Led[], tree: TreeFiles): Promise<ReadingCheck> {
  const files = new Set<string>();
  const programs = new Set<string>();
  const scripts = new Set<string>();
  const shadows = new Set<string>();
  let opaque = false;
  const waiting: Led[] = [...first];
  for (let led = waiting.shift(); led !== undefined; led = waiting.shift()) {
    for (const program of led.programs) programs.add(program);
    for (const path of led.shadows) shadows.add(path);
    opaque ||= led.opaque;
    for (const script of led.scripts) {
      const key = JSON.stringify(script);
      if (scripts.has(key)) continue;
      scripts.add(key);
      const lines = scriptLines(await tree.read(script.manifest), script.name);
      for (const line of lines) waiting.push(ledByShell(line, folderName(script.manifest), tree));
    }
    for (const file of led.files) {
      const link = await tree.linkOf(file);
      for (const path of link === null ? [file] : [file, link]) {
        if (files.has(path) || files.size >= mostFollowed) continue;
        files.add(path);
        waiting.push(ledByFile(path, await tree.read(path), tree));
      }
    }
  }
  const lower = new Set([...files, ...shadows].map((path) => path.toLowerCase()));
  return { name, programs: opaque ? null : programs, files: lower };
}

/** A script of a manifest with those that run before and after it. */
function scriptLines(manifest: string, name: string): readonly string[] {
  let scripts: unknown;
  try {
    const parsed: unknown = JSON.parse(manifest);
    scripts = field(parsed, "scripts");
  } catch {
    return [];
  }
  const wanted = name.includes("*") ? [] : [`pre${name}`, name, `post${name}`];
  return wanted.flatMap((each) => {
    const line = field(scripts, each);
    return typeof line === "string" ? [line] : [];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
