import { isBuiltin } from "node:module";
import { posix } from "node:path";

import { readSource, type Import } from "./imports.ts";
import { circlesIn } from "./circles.ts";
import { jsxLayers, layers, packages, pureBuiltins, rooms } from "./layers.ts";

/** `path` is relative to the project, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const door = "src/main.ts";
const nameSeat = "src/domain/brand.ts";
const longestFile = 300;
const drawers = /^(index|utils?|helpers?|services?|types|common|misc|shared)$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const pascal = /^[A-Z][A-Za-z0-9]*$/;

/** The layer a path lies in: "state", "components", "src/<folder>"; null for what lies in none. */
function layerOf(path: string): string | null {
  const [top, second, third] = path.split("/");
  if (top === "components" || top === "state") return second === undefined ? null : top;
  return top === "src" && third !== undefined ? `src/${second}` : null;
}

/** The room of its layer a path lies in; null: beside the rooms, or in a layer whose rooms have no order. */
function roomOf(path: string): string | null {
  const layer = layerOf(path);
  if (layer === null || !Object.hasOwn(rooms, layer)) return null;
  const [room, inner] = path.slice(layer.length + 1).split("/");
  return inner === undefined ? null : (room ?? null);
}

/** Arrows between the rooms of one layer go one way: down the list. */
function roomFault(from: string, target: string, specifier: string): string | null {
  const layer = layerOf(from);
  const order = layer === null ? undefined : rooms[layer];
  if (order === undefined) return null;
  const own = roomOf(from);
  const to = roomOf(target);
  for (const room of [own, to]) if (room !== null && !order.includes(room)) return `the room ${room} is not in the map`;
  if (own === null || own === to) return null;
  if (to === null) return `${own} may not import what stands beside the rooms: "${specifier}"`;
  return order.indexOf(to) < order.indexOf(own) ? null : `${own} may not import ${to}: "${specifier}"`;
}

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** `state/store.ts` names, from `src/cli/run.ts`, the same file as `../../state/store.ts` does. */
const resolve = (from: string, specifier: string): string =>
  posix.normalize(posix.join(posix.dirname(from), specifier));

function localFault(from: string, specifier: string, taken: Import): string | null {
  const target = resolve(from, specifier);
  if (target.startsWith("..")) return `"${specifier}" leaves the project`;
  if (!/\.tsx?$/.test(target)) return `"${specifier}" must end in .ts or .tsx`;
  const to = layerOf(target);
  if (to === null || !Object.hasOwn(layers, to)) return `"${specifier}" lies in no layer`;
  if (from === door) {
    return taken.form === "dynamic" && to === "src/cli"
      ? null
      : `the door may only import() src/cli, not "${specifier}"`;
  }
  const own = layerOf(from);
  const layer = own === null ? undefined : layers[own];
  if (own === to) return roomFault(from, target, specifier);
  if (layer?.values.includes(to) === true) return null;
  if (layer?.types?.includes(to) === true) {
    return taken.typeOnly ? null : `${own} may import only types of ${to}: "${specifier}"`;
  }
  return `${own} may not import ${to}: "${specifier}"`;
}

/** Of "node:module". */
const loadsNothing: ReadonlySet<string> = new Set(["isBuiltin", "enableCompileCache", "flushCompileCache"]);

function builtinFault(from: string, specifier: string, taken: Import): string | null {
  if (!specifier.startsWith("node:")) return `write "node:${specifier}"`;
  if (specifier === "node:module" && taken.names.some((name) => !loadsNothing.has(name))) {
    return `"${specifier}" can load what this check does not see`;
  }
  const layer = layerOf(from);
  if (layer === null || layers[layer]?.pure !== true || taken.typeOnly) return null;
  const allowed = Object.hasOwn(pureBuiltins, specifier) ? pureBuiltins[specifier] : undefined;
  if (allowed === "all" || taken.names.every((name) => allowed?.includes(name) === true)) return null;
  return `${layer} is pure and may not import {${taken.names.join(", ")}} of "${specifier}"`;
}

function packageFault(from: string, specifier: string): string | null {
  const name = packageOf(specifier);
  const allowed = Object.hasOwn(packages, name) ? packages[name] : undefined;
  if (allowed === undefined) return `package "${name}" has no place in the table`;
  const layer = layerOf(from);
  return layer !== null && allowed.includes(layer) ? null : `package "${name}" belongs to ${allowed.join(", ")}`;
}

function importFault(from: string, taken: Import): string | null {
  const { specifier } = taken;
  if (taken.form === "require") return "require is not seen by the bundlers and checkers: import it";
  if (specifier === null) return "an import whose module is not written out cannot be checked";
  if (specifier.startsWith(".")) return localFault(from, specifier, taken);
  if (/^[/#~]|^[a-z]+:\/\//.test(specifier)) return `"${specifier}" leaves the project`;
  return isBuiltin(specifier) ? builtinFault(from, specifier, taken) : packageFault(from, specifier);
}

function nameFaults(path: string): string[] {
  const faults: string[] = [];
  const folders = path.split("/");
  const file = folders.pop() ?? "";
  const stem = file.replace(/\.tsx?$/, "");
  if (drawers.test(stem)) faults.push(`"${file}" says nothing about what it decides`);
  for (const folder of folders) if (drawers.test(folder)) faults.push(`folder "${folder}" says nothing`);
  const isComponent = path.startsWith("components/") && file.endsWith(".tsx");
  if (!(isComponent ? pascal : kebab).test(stem))
    faults.push(`"${file}" should be in ${isComponent ? "PascalCase" : "kebab-case"}`);
  const layer = layerOf(path);
  if (file.endsWith(".tsx") && (layer === null || !jsxLayers.includes(layer)))
    faults.push(`no JSX in ${layer ?? "src"}`);
  if (path !== door && (layer === null || !Object.hasOwn(layers, layer))) faults.push("lies in no layer");
  return faults;
}

function textFaults({ path, text }: Source): string[] {
  const faults: string[] = [];
  const lines = text.replace(/\n$/, "").split("\n");
  if (lines.length > longestFile) faults.push(`${lines.length} lines, at most ${longestFile}`);
  lines.forEach((line, index) => {
    const at = `line ${index + 1}: `;
    if (path !== nameSeat && /gandy/i.test(line)) faults.push(`${at}the product's name stands in ${nameSeat} alone`);
    if (/@ts-(ignore|expect-error|nocheck)/.test(line)) faults.push(`${at}the compiler is not to be silenced`);
    if (/(ox|es)lint-disable/.test(line)) faults.push(`${at}the linter is not to be silenced`);
    if (/\b(TODO|FIXME)\b/.test(line)) faults.push(`${at}unfinished`);
  });
  return faults;
}

function sourceFaults(source: Source): string[] {
  const { path } = source;
  const faults = [...nameFaults(path), ...textFaults(source)];
  const { imports, impurities } = readSource(path, source.text);
  for (const taken of imports) {
    const fault = importFault(path, taken);
    if (fault !== null) faults.push(fault);
  }
  const layer = layerOf(path);
  if (layer !== null && layers[layer]?.pure === true) {
    for (const impurity of impurities) faults.push(`${layer} is pure and may not call ${impurity}`);
  }
  return faults;
}

/** The files of the project that a file imports, in whatever form. */
const targetsOf = ({ path, text }: Source): readonly string[] =>
  readSource(path, text).imports.flatMap(({ specifier }) =>
    specifier?.startsWith(".") === true ? [resolve(path, specifier)] : [],
  );

/** All that breaks a rule, as "path: what"; empty where all is well. */
export const check = (sources: readonly Source[]): string[] => [
  ...sources.flatMap((source) => sourceFaults(source).map((fault) => `${source.path}: ${fault}`)),
  ...circlesIn(new Map(sources.map((source) => [source.path, targetsOf(source)]))).map(
    (circle) => `${circle.join(", ")}: import each other`,
  ),
];
