import { baseName } from "./shell-commands.ts";
import { putBackSections } from "./section-file.ts";

/**
 * The text of a manifest for the base's gate: as the change has it, but what says how the project is run and tested is as at
 * the base. Dependencies stay the change's. Null at either side: it is not there. Equal to `now` where nothing of the gate
 * differs.
 */
export function putBackManifest(path: string, before: string | null, now: string | null): string | null {
  if (now === null) return before;
  switch (manifestKind(path)) {
    case "package":
      return putBackJson(before, now, stays);
    case "composer":
      return putBackJson(before, now, composerStays);
    case "deno":
      return putBackJson(before, now, denoStays);
    case "sections":
      return putBackSections(baseName(path).toLowerCase(), before ?? "", now);
    case "lines":
      return onlyDependencies(before ?? "", now) ? now : before;
    case null:
      return before;
  }
}

/** Whether a path is a file that holds both what a project needs and how it is run. */
export const isManifest = (path: string): boolean => manifestKind(path) !== null;

type ManifestKind = "package" | "composer" | "deno" | "sections" | "lines";

const kinds: ReadonlyMap<string, ManifestKind> = new Map<string, ManifestKind>([
  ["package.json", "package"],
  ["composer.json", "composer"],
  ["deno.json", "deno"],
  ["deno.jsonc", "deno"],
  ["pyproject.toml", "sections"],
  ["cargo.toml", "sections"],
  ["setup.cfg", "sections"],
  ["pipfile", "sections"],
  ["setup.py", "lines"],
  ["go.mod", "lines"],
  ["gemfile", "lines"],
  ["pom.xml", "lines"],
  ["build.gradle", "lines"],
  ["build.gradle.kts", "lines"],
  ["mix.exs", "lines"],
  ["cmakelists.txt", "lines"],
  ["package.swift", "lines"],
]);

function manifestKind(path: string): ManifestKind | null {
  const name = baseName(path).toLowerCase();
  return kinds.get(name) ?? (/\.(?:cs|fs|vb)proj$/.test(name) ? "lines" : null);
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

const dependencyKeys: readonly string[] = words(
  "dependencies devDependencies peerDependencies optionalDependencies peerDependenciesMeta dependenciesMeta",
);

/** What of a package.json is no part of a gate. Everything else, known or not, is as at the base. */
const stays: readonly string[] = [
  ...dependencyKeys,
  ...words(`bundledDependencies bundleDependencies overrides resolutions pnpm name version description keywords author
    contributors maintainers license homepage repository bugs funding private files main module browser types typings
    typesVersions type exports bin man directories sideEffects engines engineStrict os cpu publishConfig packageManager
    devEngines volta workspaces imports allowScripts trustedDependencies`),
];
const composerStays: readonly string[] = words(`require require-dev name description type license authors version
  keywords homepage repositories suggest conflict replace provide minimum-stability prefer-stable bin support funding`);
const denoStays: readonly string[] = words("name version license exports nodeModulesDir lock");

/** Null where one of the sides is no JSON: then nothing of it can be told apart. */
function putBackJson(beforeText: string | null, nowText: string, staying: readonly string[]): string | null {
  const before = beforeText === null ? {} : parsed(beforeText);
  const now = parsed(nowText);
  if (before === null || now === null) return beforeText;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(now))
    if (staying.includes(key)) result[key] = ofDependencies(key, before[key], value);
    else if (Object.hasOwn(before, key)) result[key] = before[key];
  for (const [key, value] of Object.entries(before))
    if (!Object.hasOwn(now, key) && !staying.includes(key)) result[key] = value;
  for (const key of ["workspaces", "imports"])
    if (Object.hasOwn(before, key) && !Object.hasOwn(now, key)) result[key] = before[key];
  return same(result, now) ? nowText : `${JSON.stringify(result, null, 2)}\n`;
}

/**
 * Dependencies stay, but not one that is led to code outside of a registry: by a path, a URL or another package's name the
 * program that runs the tests could be swapped for one of the change's own. What workspaces were tested are tested still.
 */
function ofDependencies(key: string, before: unknown, now: unknown): unknown {
  if (key === "workspaces" && isList(before) && isList(now)) return [...new Set([...before, ...now])];
  // An old name means what it meant: else tests could be led to another subject.
  if (key === "imports" && isRecord(before) && isRecord(now)) return { ...now, ...before };
  if (
    !isRecord(now) ||
    ![...dependencyKeys, "overrides", "resolutions", "pnpm", "require", "require-dev"].includes(key)
  )
    return now;
  const old = isRecord(before) ? before : {};
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(now)) {
    if (!leadsElsewhere(value) || same(value, old[name])) result[name] = value;
    else if (Object.hasOwn(old, name)) result[name] = old[name];
  }
  return result;
}

const leadsElsewhere = (value: unknown): boolean =>
  typeof value === "string"
    ? /^(?:file|link|portal|patch|exec|git\S*|https?|npm|github|gitlab|bitbucket|gist):|^[./~]|^[\w.-]+\/[\w.-]+(?:#|$)/i.test(
        value,
      )
    : isRecord(value) && Object.values(value).some(leadsElsewhere);

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A line that names something to install, or what such a list is made of. */
const dependencyLine = new RegExp(
  [
    /^\s*(?:#|\/\/).*$/,
    /^[\s()[\]{},;]*$/,
    /^\s*(?:require\s*\(?|toolchain|go)?\s*[\w./-]+\s+v?\d[\w.+-]*\s*(?:\/\/.*)?$/,
    /^\s*(?:gem|ruby|source)\s*\(?["'][^"']+["'](?:\s*,\s*["'][^"']*["'])*\)?\s*$/,
    /^\s*\{:\w+,\s*"[^"]*"(?:,\s*only:[^}]*)?\},?\s*$/,
    /^\s*(?:implementation|api|compileOnly|runtimeOnly|annotationProcessor|kapt|ksp|testImplementation|testRuntimeOnly|androidTestImplementation)[\s(]*(?:platform\()?["'][\w.:${}-]+["']\)*\s*$/,
    /^\s*<\/?(?:dependency|dependencies|groupId|artifactId|version|scope|optional|type|exclusions?)>(?:[\w.${}-]*<\/\w+>)?\s*$/,
    /^\s*<(?:PackageReference|PackageVersion)\s+Include="[\w.-]+"\s+Version="[\w.*-]+"\s*\/>\s*$/,
    /^\s*\.package\(url:\s*"https:[^"]+",\s*(?:from|exact):\s*"[^"]*"\),?\s*$/,
    /^\s*["'][A-Za-z0-9_.[\]-]+\s*(?:[=<>!~]=?\s*[\w.*]+(?:\s*,\s*[=<>!~]+\s*[\w.*]+)*)?["']\s*,?\s*$/,
  ]
    .map(({ source }) => `(?:${source})`)
    .join("|"),
  "i",
);

/** Whether all lines in which two texts differ only name something to install. */
function onlyDependencies(before: string, now: string): boolean {
  if (before === "") return false;
  const [old, fresh] = [before.split(/\r?\n/), now.split(/\r?\n/)];
  const [had, has] = [new Set(old), new Set(fresh)];
  const differing = [...old.filter((line) => !has.has(line)), ...fresh.filter((line) => !had.has(line))];
  return differing.every((line) => dependencyLine.test(line));
}
