import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, type YAMLError } from "yaml";

import { type Found, type Located, type LocatedEntry, type Place, type Source, startOf } from "./located.ts";
import { quoted } from "./nearest.ts";
import { composeDocument } from "./yaml-document.ts";

const maxCharacters = 5_000_000;
const maxDepth = 64;
const maxAliasedValues = 100_000;
const maxSyntaxProblems = 20;
const plainTags = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

/** `root` null with nothing found is an empty file; with something found, a file that cannot be read. */
export interface ReadYaml {
  readonly source: Source;
  readonly root: Located | null;
  readonly found: readonly Found[];
}

/** Reads one YAML document. Never throws: faults of the text are found, in the order of the text. */
export function readYaml(source: Source, given: string): ReadYaml {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given;
  const broken = (found: readonly Found[]): ReadYaml => ({ source, root: null, found });
  if (text.length > maxCharacters) {
    return broken([{ ...tooLarge(source), hint: "at most 5 MB are read; split it" }]);
  }
  const lines = new LineCounter();
  try {
    const composed = composeDocument(text, lines);
    if (composed === null)
      return broken([{ ...tooLarge(source), hint: "it holds more values than are read; split it" }]);
    const { document, secondAt } = composed;
    const reader = new TreeReader(source, lines);
    const errors = document.errors.slice(0, maxSyntaxProblems);
    if (errors.length > 0) return broken(errors.map((error) => syntaxProblem(error, reader.placeOf(error.pos[0]))));
    if (secondAt !== null) return broken([secondDocument(reader.placeOf(secondAt))]);
    if (document.contents === null) return broken([]);
    const root = reader.read(document.contents, reader.placeOf(0), 0);
    if (root.kind === "scalar" && root.written === "") return { source, root: null, found: reader.found };
    return { source, root: reader.fatal ? null : root, found: reader.found };
  } catch (error) {
    const message = `the file cannot be read as YAML: ${error instanceof Error ? oneLine(error.message) : "unknown fault"}`;
    return broken([{ at: startOf(source), code: "yaml_syntax", message }]);
  }
}

interface Extent {
  /** Values inside, each alias counted as what it stands for. */
  readonly values: number;
  readonly depth: number;
}

class TreeReader {
  readonly found: Found[] = [];
  /** The tree is not what the author meant; what is said about its parts would mislead. */
  fatal = false;
  readonly #source: Source;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Located | "open">();
  readonly #extents = new Map<Located, Extent>();
  #aliased = 0;

  constructor(source: Source, lines: LineCounter) {
    this.#source = source;
    this.#lines = lines;
  }

  placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { source: this.#source, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** `emptyAt` is the place of a value that is not written. */
  read(node: unknown, emptyAt: Place, depth: number): Located {
    if (isAlias(node)) return this.#alias(node.source, this.#start(node, emptyAt), depth);
    const anchor = (isScalar(node) || isCollection(node)) && node.anchor !== undefined ? node.anchor : null;
    if (anchor !== null) this.#anchors.set(anchor, "open");
    const located = this.#content(node, emptyAt, depth);
    if (anchor !== null) this.#anchors.set(anchor, located);
    return located;
  }

  #content(node: unknown, emptyAt: Place, depth: number): Located {
    const at = this.#start(node, emptyAt);
    if (depth > maxDepth) return this.#stop({ at, code: "too_deep", message: "values are nested too deeply" });
    if ((isScalar(node) || isCollection(node)) && node.tag !== undefined && !plainTags.test(node.tag)) {
      this.found.push({ at, code: "bad_tag", message: `unknown tag ${quoted(node.tag)}`, hint: "remove it" });
    }
    if (isMap(node)) return this.#map(node.items, at, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item, at, depth + 1));
      return this.#keep({ kind: "list", at, items }, items);
    }
    return this.#keep(this.#scalar(node, at), []);
  }

  #scalar(node: unknown, at: Place): Located {
    if (!isScalar(node)) return { kind: "scalar", at, value: null, written: "" };
    const written = node.source ?? "";
    const value: unknown = node.value;
    if (typeof value === "string" && value.includes("\0")) {
      this.found.push({ at, code: "bad_text", message: "the text holds a NUL character", hint: "remove it" });
    }
    const known =
      value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return { kind: "scalar", at, value: known ? value : written, written: value === "" ? '""' : written };
  }

  #map(pairs: readonly unknown[], at: Place, depth: number): Located {
    const entries = new Map<string, LocatedEntry>();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const keyAt = this.#start(pair.key, at);
      const key = this.#key(pair.key);
      const first = key === null ? undefined : entries.get(key);
      const node = this.read(pair.value, keyAt, depth + 1);
      if (key === null) {
        this.found.push({ at: keyAt, code: "bad_key", message: "a key must be a word", hint: "remove it" });
      } else if (first === undefined) {
        entries.set(key, { keyAt, node });
      } else {
        const hint = `it is given first on line ${first.keyAt.line}; remove one`;
        this.found.push({ at: keyAt, code: "duplicate_key", message: `duplicate key ${quoted(key)}`, hint });
      }
    }
    return this.#keep(
      { kind: "map", at, entries },
      [...entries.values()].map(({ node }) => node),
    );
  }

  #key(key: unknown): string | null {
    if (!isScalar(key)) return null;
    const text = typeof key.value === "string" ? key.value : (key.source ?? "");
    return text === "" || text.includes("\0") ? null : text;
  }

  #alias(name: string, at: Place, depth: number): Located {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      return this.#stop({
        at,
        code: "unknown_alias",
        message: `unknown alias ${quoted(`*${name}`)}`,
        hint: 'put the value in quotes if the "*" is meant',
      });
    }
    const extent = target === "open" ? undefined : this.#extents.get(target);
    if (target === "open" || extent === undefined) {
      return this.#stop({
        at,
        code: "alias_loop",
        message: `the alias ${quoted(`*${name}`)} stands inside what it names`,
      });
    }
    this.#aliased += extent.values;
    if (this.#aliased > maxAliasedValues) {
      return this.#stop({
        at,
        code: "too_many_aliases",
        message: "the aliases stand for too many values",
        hint: "write the values out",
      });
    }
    if (depth + extent.depth > maxDepth)
      return this.#stop({ at, code: "too_deep", message: "values are nested too deeply" });
    const copy: Located = { ...target, at };
    this.#extents.set(copy, extent);
    return copy;
  }

  #keep(node: Located, children: readonly Located[]): Located {
    let [values, depth] = [1, 0];
    for (const extent of children.map((item) => this.#extents.get(item))) {
      values += extent?.values ?? 0;
      depth = Math.max(depth, (extent?.depth ?? 0) + 1);
    }
    this.#extents.set(node, { values, depth });
    return node;
  }

  /** Only the first is said: what follows from it would repeat it. */
  #stop(fault: Found): Located {
    if (!this.fatal) this.found.push(fault);
    this.fatal = true;
    return this.#keep({ kind: "scalar", at: fault.at, value: null, written: "" }, []);
  }

  #start(node: unknown, emptyAt: Place): Place {
    if (!isScalar(node) && !isCollection(node) && !isAlias(node)) return emptyAt;
    const range = node.range;
    if (range === undefined || range === null) return emptyAt;
    return range[0] === range[1] && isScalar(node) && node.value === null ? emptyAt : this.placeOf(range[0]);
  }
}

const tooLarge = (source: Source): Found => ({
  at: startOf(source),
  code: "too_large",
  message: "the file is too large",
});

const secondDocument = (at: Place): Found => ({
  at,
  code: "several_documents",
  message: "a second document starts here",
  hint: 'remove the "---"; a file holds one document',
});

function syntaxProblem(error: YAMLError, at: Place): Found {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return { at, code: "yaml_syntax", message: "a tab is used as indentation", hint: "indent with spaces" };
    case "RESOURCE_EXHAUSTION":
      return { at, code: "too_deep", message: "values are nested too deeply" };
    case "BAD_SCALAR_START":
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        at,
        code: "yaml_syntax",
        message: oneLine(error.message),
        hint: "put the value in quotes if it is text",
      };
    default:
      return { at, code: "yaml_syntax", message: oneLine(error.message) };
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const short = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  return short.charAt(0).toLowerCase() + short.slice(1);
}
