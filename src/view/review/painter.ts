import type { Tone } from "../text/state-styles.ts";
import type { CodePiece, SyntaxPainter } from "./syntax.ts";

type Lowlight = ReturnType<(typeof import("lowlight"))["createLowlight"]>;
type Tree = ReturnType<Lowlight["highlight"]>;

const tones: Readonly<Record<string, Tone>> = {
  keyword: "keyword",
  literal: "keyword",
  "selector-tag": "keyword",
  name: "keyword",
  meta: "keyword",
  section: "keyword",
  string: "string",
  regexp: "string",
  char: "string",
  symbol: "string",
  code: "string",
  link: "string",
  comment: "comment",
  quote: "comment",
  doctag: "comment",
  number: "number",
  bullet: "number",
  title: "name",
  type: "name",
  built_in: "name",
  attr: "name",
  attribute: "name",
  property: "name",
  variable: "name",
  "selector-class": "name",
  "selector-id": "name",
  subst: "text",
};

/** A grammar that took longer than this for one part of a file is not asked again: someone may have written it to be slow. */
const slowestMs = 400;

let loaded: Promise<{ readonly lowlight: Lowlight; readonly grammars: (typeof import("lowlight"))["common"] }> | null =
  null;

/** What colours code in these languages, loaded when it is asked for first. `elapsedMs`: a clock that only runs on. */
export async function loadPainter(languages: readonly string[], elapsedMs: () => number): Promise<SyntaxPainter> {
  loaded ??= import("lowlight").then(({ createLowlight, common }) => ({
    lowlight: createLowlight(),
    grammars: common,
  }));
  const { lowlight, grammars } = await loaded;
  for (const language of languages) {
    const grammar = grammars[language];
    if (grammar !== undefined && !lowlight.registered(language)) lowlight.register(language, grammar);
  }
  const known = new Set(languages);
  return painterOf(lowlight, known, elapsedMs);
}

function painterOf(lowlight: Lowlight, known: ReadonlySet<string>, elapsedMs: () => number): SyntaxPainter {
  const slow = new Set<string>();
  return {
    paint(language, code) {
      if (slow.has(language) || !known.has(language) || !lowlight.registered(language)) return [];
      const startedAt = elapsedMs();
      try {
        return piecesOf(lowlight.highlight(language, code));
      } catch {
        slow.add(language);
        return [];
      } finally {
        if (elapsedMs() - startedAt > slowestMs) slow.add(language);
      }
    },
  };
}

function piecesOf(tree: Tree): readonly CodePiece[] {
  const pieces: CodePiece[] = [];
  let at = 0;
  const walk = (nodes: Tree["children"], tone: Tone): void => {
    for (const node of nodes) {
      if (node.type === "text") {
        if (tone !== "text" && node.value !== "") pieces.push({ from: at, to: at + node.value.length, tone });
        at += node.value.length;
      } else if (node.type === "element") walk(node.children, toneOf(node.properties["className"]) ?? tone);
    }
  };
  walk(tree.children, "text");
  return pieces;
}

function toneOf(classes: unknown): Tone | null {
  const name = Array.isArray(classes) ? String(classes[0]).replace(/^hljs-/, "") : "";
  return Object.hasOwn(tones, name) ? (tones[name] ?? null) : null;
}
