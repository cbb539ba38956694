import { folderName, joined } from "./shell-commands.ts";

export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/**
 * A test of the base with the names of its subjects as the change has them: a subject that moved is looked for where it went.
 * Only names in imports change, never what is expected.
 */
export function followRenames(path: string, text: string, renames: readonly Renamed[]): string {
  if (renames.length === 0) return text;
  if (/\.[cm]?[jt]sx?$/i.test(path)) return inScript(path, text, renames);
  if (/\.py$/i.test(path)) return inPython(text, renames);
  return text;
}

const specifier =
  /((?:\bfrom|\bimport|\brequire|\bmock|\bunmock|\bimportActual|\brequireActual|\bURL)\s*\(?\s*)(["'])(\.{1,2}\/[^"'\n]+)\2/g;

function inScript(path: string, text: string, renames: readonly Renamed[]): string {
  const folder = folderName(path);
  return text.replace(specifier, (whole, before: string, quote: string, name: string) => {
    const meant = joined(folder, name);
    for (const { from, to } of renames) {
      const end = endings.find((ending) => `${meant}${ending}` === from || sourceOf(meant) === from);
      if (end === undefined) continue;
      return `${before}${quote}${relativeTo(folder, shaped(to, meant, from))}${quote}`;
    }
    return whole;
  });
}

const endings: readonly string[] = [
  "",
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".mts",
  ".cts",
  "/index.ts",
  "/index.js",
];

/** TypeScript names its sources by what they are compiled to. */
const sourceOf = (path: string): string => path.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");

/** The new name written as the old one was: with its ending, with that of what it compiles to, or without one. */
function shaped(to: string, meant: string, from: string): string {
  if (meant === from) return to;
  const rest = from.startsWith(meant) ? from.slice(meant.length) : null;
  if (rest !== null) return to.endsWith(rest) ? to.slice(0, -rest.length) : to;
  return to.replace(/\.([cm]?)ts(x?)$/, ".$1js$2");
}

function relativeTo(folder: string, path: string): string {
  const [from, to] = [folder === "" ? [] : folder.split("/"), path.split("/")];
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  const up = "../".repeat(from.length - shared);
  return `${up === "" ? "./" : up}${to.slice(shared).join("/")}`;
}

function inPython(text: string, renames: readonly Renamed[]): string {
  let out = text;
  for (const { from, to } of renames) {
    const [old, now] = [moduleOf(from), moduleOf(to)];
    if (old === null || now === null || old === now) continue;
    const [oldParent, oldName] = splitLast(old);
    const [parent, name] = splitLast(now);
    const word = escaped(old);
    out = out.replace(new RegExp(`^([ \\t]*(?:from|import)\\s+)${word}(?=[\\s.,]|$)`, "gm"), `$1${now}`);
    out = out.replace(
      new RegExp(
        `^([ \\t]*)from\\s+${escaped(oldParent === "" ? "." : oldParent)}\\s+import\\s+${escaped(oldName)}[ \\t]*$`,
        "gm",
      ),
      `$1from ${parent === "" ? "." : parent} import ${name} as ${oldName}`,
    );
  }
  return out;
}

function moduleOf(path: string): string | null {
  if (!path.endsWith(".py")) return null;
  return path
    .replace(/^(?:src|lib)\//, "")
    .replace(/(?:\/__init__)?\.py$/, "")
    .replaceAll("/", ".");
}

function splitLast(name: string): readonly [string, string] {
  const at = name.lastIndexOf(".");
  return at === -1 ? ["", name] : [name.slice(0, at), name.slice(at + 1)];
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
