import { partsOfName } from "./search-terms.ts";

const mostSymbols = 400;

const word = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
/** What a line begins with, one of some words, and a name. */
const named = (words: string): RegExp => new RegExp(`^[ \\t]*(?:${words})[ \\t]+(${word})`, "gmu");

const script =
  /^(?:[ \t]*(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?(?:abstract[ \t]+)?(?:async[ \t]+)?(?:function\*?|class|interface|type|enum|namespace)|(?:export[ \t]+)?(?:const|let|var))[ \t]+([\p{L}_$][\p{L}\p{N}_$]*)/gmu;
const declared = named(
  String.raw`(?:[a-z]+[ \t]+){0,6}(?:class|interface|enum|record|object|trait|struct|fun|func|protocol|extension|mixin)`,
);
const native =
  /^(?:(?:typedef[ \t]+)?(?:class|struct|enum|union|namespace)[ \t]+|#[ \t]*define[ \t]+|[\p{L}_][^;(){}=\n]{0,120}[ \t*&:](?=[\p{L}_~][\p{L}\p{N}_]{0,80}\([^;\n]{0,400}$))([\p{L}_~][\p{L}\p{N}_]*)/gmu;

/** One pattern a language, for lines that define something with a name. */
const patterns: readonly (readonly [readonly string[], RegExp])[] = [
  [["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte"], script],
  [["py", "pyi"], named("(?:async[ \\t]+)?def|class")],
  [["go"], /^(?:func[ \t]+(?:\([^)\n]{0,100}\)[ \t]*)?|type[ \t]+|var[ \t]+|const[ \t]+)([\p{L}_][\p{L}\p{N}_]*)/gmu],
  [
    ["rs"],
    named(
      String.raw`(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?(?:(?:async|unsafe|const)[ \t]+){0,3}(?:fn|struct|enum|trait|mod|type|macro_rules!)`,
    ),
  ],
  [["java", "kt", "kts", "cs", "scala", "swift", "dart", "groovy"], declared],
  [["rb", "rake"], /^[ \t]*(?:def|class|module)[ \t]+(?:self\.)?([\p{L}_][\p{L}\p{N}_?!]*)/gmu],
  [["php"], named("(?:[a-z]+[ \\t]+){0,4}(?:function|class|interface|trait|enum)")],
  [["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "m"], native],
  [["ex", "exs"], named("def(?:p|module|macro)?")],
  [["lua"], named("(?:local[ \\t]+)?function")],
  [["sh", "bash", "zsh"], /^[ \t]*(?:function[ \t]+)?([\p{L}_][\p{L}\p{N}_]*)[ \t]*\(\)/gmu],
  [
    ["sql"],
    /^[ \t]*create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:table|view|function|index)[ \t]+(?:if[ \t]+not[ \t]+exists[ \t]+)?"?([\p{L}_][\p{L}\p{N}_]*)/gimu,
  ],
];

const patternOf: ReadonlyMap<string, RegExp> = new Map(
  patterns.flatMap(([ends, pattern]) => ends.map((end) => [end, pattern] as const)),
);

/** Names that a file defines, in their order; none twice. Of a language that is not known, none. */
export function symbolsOf(path: string, text: string): readonly string[] {
  const pattern = patternOf.get(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
  if (pattern === undefined) return [];
  const found = new Set<string>();
  for (const [, name = ""] of text.matchAll(pattern)) {
    if (name.length > 1 && name.length <= 80) found.add(name);
    if (found.size === mostSymbols) break;
  }
  return [...found];
}

/** Those of a file's names that fit what was searched for, the best first; with too few of these the first of the others. */
export function fittingSymbols(symbols: readonly string[], terms: readonly string[], most: number): readonly string[] {
  const wanted = new Set(terms);
  const fit = (name: string): number =>
    new Set([name, ...partsOfName(name)].map((part) => part.toLowerCase()).filter((part) => wanted.has(part))).size;
  return symbols
    .map((name) => ({ name, fit: fit(name) }))
    .toSorted((a, b) => b.fit - a.fit)
    .slice(0, most)
    .map(({ name }) => name);
}
