import type { Tone } from "../text/state-styles.ts";
import type { Diff, DiffLine } from "./diff-lines.ts";

/** Code by what its pieces are. What colours it is loaded when code is looked at; until then code has one colour. */
export interface CodePiece {
  /** In UTF-16 units; the end is not of it. */
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
}

export interface SyntaxPainter {
  /** In ascending order, without overlaps. Empty: nothing is known of it. */
  readonly paint: (language: string, code: string) => readonly CodePiece[];
}

const byExtension: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["ts", "tsx", "mts", "cts"].map((ext) => [ext, "typescript"])),
  ...Object.fromEntries(["js", "jsx", "mjs", "cjs"].map((ext) => [ext, "javascript"])),
  ...Object.fromEntries(["sh", "bash", "zsh"].map((ext) => [ext, "bash"])),
  ...Object.fromEntries(["c", "h"].map((ext) => [ext, "c"])),
  ...Object.fromEntries(["cc", "cpp", "cxx", "hh", "hpp", "hxx"].map((ext) => [ext, "cpp"])),
  ...Object.fromEntries(["html", "htm", "xml", "svg", "vue", "xhtml", "plist"].map((ext) => [ext, "xml"])),
  ...Object.fromEntries(["ini", "toml", "cfg", "conf", "properties"].map((ext) => [ext, "ini"])),
  ...Object.fromEntries(["yaml", "yml"].map((ext) => [ext, "yaml"])),
  ...Object.fromEntries(["json", "jsonc", "json5"].map((ext) => [ext, "json"])),
  ...Object.fromEntries(["md", "markdown"].map((ext) => [ext, "markdown"])),
  ...Object.fromEntries(["kt", "kts"].map((ext) => [ext, "kotlin"])),
  ...Object.fromEntries(["m", "mm"].map((ext) => [ext, "objectivec"])),
  ...Object.fromEntries(["pl", "pm"].map((ext) => [ext, "perl"])),
  cs: "csharp",
  css: "css",
  diff: "diff",
  go: "go",
  graphql: "graphql",
  gql: "graphql",
  java: "java",
  less: "less",
  lua: "lua",
  mk: "makefile",
  patch: "diff",
  php: "php",
  py: "python",
  r: "r",
  rb: "ruby",
  rs: "rust",
  scss: "scss",
  sql: "sql",
  swift: "swift",
  wat: "wasm",
};
const byName: Readonly<Record<string, string>> = {
  makefile: "makefile",
  gnumakefile: "makefile",
  dockerfile: "bash",
  gemfile: "ruby",
  rakefile: "ruby",
};
/** What people write behind the fence of a block of code. */
const byWord: Readonly<Record<string, string>> = { shell: "bash", console: "bash", golang: "go", html: "xml" };
const names: ReadonlySet<string> = new Set([...Object.values(byExtension), ...Object.values(byName)]);

/** The language of a file, by its name; null: none that is known. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf(".") + 1);
  return (
    (Object.hasOwn(byName, name) ? byName[name] : null) ??
    (Object.hasOwn(byExtension, extension) && name.includes(".") ? (byExtension[extension] ?? null) : null)
  );
}

/** The language that a block of code names. */
export function languageNamed(word: string): string | null {
  const name =
    word
      .trim()
      .split(/[\s{,]/)[0]
      ?.toLowerCase() ?? "";
  if (names.has(name)) return name;
  const known = Object.hasOwn(byWord, name)
    ? byWord[name]
    : Object.hasOwn(byExtension, name)
      ? byExtension[name]
      : undefined;
  return known ?? null;
}

/** The languages of a diff's files, as the id of the slice that colours them; empty: none. */
export const languagesOf = (diff: Diff): string =>
  [...new Set(diff.files.flatMap(({ path }) => languageOf(path) ?? []))].toSorted().slice(0, 12).join(",");

/** The pieces of a code as each of its lines has them, in one pass over both. */
export function piecesByLine(
  pieces: readonly CodePiece[],
  lines: readonly { readonly start: number; readonly end: number }[],
): readonly (readonly CodePiece[])[] {
  const byLine = lines.map((): CodePiece[] => []);
  let first = 0;
  for (const piece of pieces) {
    while ((lines[first]?.end ?? Number.POSITIVE_INFINITY) <= piece.from) first += 1;
    for (let each = first; (lines[each]?.start ?? Number.POSITIVE_INFINITY) < piece.to; each += 1) {
      const { start, end } = lines[each] ?? { start: 0, end: 0 };
      byLine[each]?.push({ ...piece, from: Math.max(piece.from, start) - start, to: Math.min(piece.to, end) - start });
    }
  }
  return byLine;
}

const linesAtOnce = 100;
const longestLine = 1_000;
/** More is not coloured at once: some grammars take the square of it for what was written to be slow. */
export const mostUnits = 6_000;
const mostKept = 64;

/** Colours a diff a part of a hunk at a time, each side as its own text, so that comments over several lines are known. */
export class DiffSyntax {
  readonly #diff: Diff;
  readonly #painter: SyntaxPainter;
  readonly #parts = new Map<string, ReadonlyMap<number, readonly CodePiece[]>>();

  constructor(diff: Diff, painter: SyntaxPainter) {
    this.#diff = diff;
    this.#painter = painter;
  }

  of(at: number): readonly CodePiece[] {
    const line = this.#diff.lines[at];
    const file = line === undefined ? undefined : this.#diff.files[line.file];
    const language = file === undefined ? null : languageOf(file.path);
    if (line === undefined || language === null || line.hunk < 0) return [];
    const start = (this.#diff.hunks[line.hunk] ?? 0) + 1;
    const from = start + Math.floor((at - start) / linesAtOnce) * linesAtOnce;
    const side = line.kind === "removed" ? "removed" : "added";
    const key = `${from} ${side}`;
    const known = this.#parts.get(key) ?? this.#paint(from, line.hunk, side, language);
    this.#parts.delete(key);
    this.#parts.set(key, known);
    const [oldest] = this.#parts.keys();
    if (this.#parts.size > mostKept && oldest !== undefined) this.#parts.delete(oldest);
    return known.get(at) ?? [];
  }

  #paint(
    from: number,
    hunk: number,
    side: DiffLine["kind"],
    language: string,
  ): ReadonlyMap<number, readonly CodePiece[]> {
    const places: { readonly at: number; readonly start: number; readonly end: number }[] = [];
    let code = "";
    for (let at = from; at < from + linesAtOnce && code.length < mostUnits; at += 1) {
      const line = this.#diff.lines[at];
      if (line === undefined || line.hunk !== hunk) break;
      if (line.kind !== side && line.kind !== "context") continue;
      const text = line.text.length > longestLine ? "" : line.text.replace(/[\r\u2028\u2029]/g, " ");
      places.push({ at, start: code.length, end: code.length + text.length });
      code += `${text}\n`;
    }
    const own = piecesByLine(this.#painter.paint(language, code), places);
    return new Map(places.map(({ at }, index) => [at, own[index] ?? []]));
  }
}
