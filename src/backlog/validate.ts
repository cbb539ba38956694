import { z } from "zod";

import { type WordKind, type WordRule, wordRules } from "./fields.ts";
import { knownKeys } from "./known-keys.ts";
import { type Found, keyPlace, type Located, nodeAt, type Path, type Place, plain } from "./located.ts";
import { didYouMean, quoted, type Suggester } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

export interface ValidateOptions {
  readonly suggest: Suggester;
  /** Words people use for a key of ours. */
  readonly synonyms: Readonly<Record<string, string>>;
  /** The data is one layer of several: what is missing may stand in another. */
  readonly partial: boolean;
}

/** Data of the schema's type, or all that keeps it from being that. */
export function validate<T>(
  schema: z.ZodType<T>,
  root: Located,
  options: ValidateOptions,
): { readonly data: T | null; readonly found: readonly Found[] } {
  const result = schema.safeParse(plain(root));
  if (result.success) return { data: result.data, found: [] };
  const translator = new Translator(schema, root, options);
  return { data: null, found: result.error.issues.flatMap((issue) => translator.found(issue, issue.path)) };
}

class Translator {
  readonly #schema: z.ZodType;
  readonly #root: Located;
  readonly #options: ValidateOptions;

  constructor(schema: z.ZodType, root: Located, options: ValidateOptions) {
    this.#schema = schema;
    this.#root = root;
    this.#options = options;
  }

  found(issue: Issue, path: Path): Found[] {
    const node = nodeAt(this.#root, path);
    if (node === undefined) return this.#missing(path);
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => this.#unknownKey(path, key));
    if (issue.code === "invalid_key") return [this.#badKey(issue, path)];
    if (isNothing(node)) {
      const message = `${label(path)} has no value`;
      return [{ at: node.at, code: "wrong_type", message, hint: "give it one or remove the key" }];
    }
    if (issue.code === "custom") return [badWord(node, path, wordKind(issue))];
    if (issue.code === "invalid_union") return this.#union(issue, path, node);
    return [simple(issue, path, node, this.#options.suggest)];
  }

  #missing(path: Path): Found[] {
    const item = nodeAt(this.#root, path.slice(0, -1));
    if (this.#options.partial || item === undefined) return [];
    const key = String(path.at(-1));
    return [{ at: item.at, code: "missing_key", message: `missing key ${quoted(key)}`, hint: `add "${key}: …"` }];
  }

  #unknownKey(path: Path, key: string): Found {
    const known = knownKeys(this.#schema, this.#root, path);
    const synonym = this.#options.synonyms[key.toLowerCase().replaceAll(/[-_ ]/g, "")];
    const meant = synonym !== undefined && known.includes(synonym) ? synonym : this.#options.suggest(key, known);
    const at = keyPlace(this.#root, [...path, key]) ?? this.#placeOf(path);
    const hint = didYouMean(meant) ?? `known keys: ${known.join(", ")}`;
    return { at, code: "unknown_key", message: `unknown key ${quoted(key)}`, hint };
  }

  #badKey(issue: Issue & { code: "invalid_key" }, path: Path): Found {
    const rule = ruleOf(issue.issues[0] === undefined ? null : wordKind(issue.issues[0]));
    const at = keyPlace(this.#root, path) ?? this.#placeOf(path);
    const shown = rule.secret === true ? "" : ` ${quoted(String(path.at(-1)))}`;
    return { at, code: rule.code, message: `bad ${rule.name}${shown}`, hint: rule.hint };
  }

  #union(issue: Issue & { code: "invalid_union" }, path: Path, node: Located): Found[] {
    if (issue.discriminator !== undefined) {
      const options = "options" in issue ? (issue.options ?? []) : [];
      return [wrongValue(options.map(String), path, node, this.#options.suggest)];
    }
    const misses = (one: Issue): boolean =>
      one.path.length === 0 &&
      (one.code === "invalid_type" || (one.code === "invalid_value" && node.kind !== "scalar"));
    const ofItsType = issue.errors.find((issues) => !issues.some(misses));
    if (ofItsType !== undefined) return ofItsType.flatMap((one) => this.found(one, [...path, ...one.path]));
    return [
      { at: node.at, code: "wrong_type", message: `${label(path)} must be ${issue.message}, not ${shown(node)}` },
    ];
  }

  #placeOf(path: Path): Place {
    return nodeAt(this.#root, path)?.at ?? this.#root.at;
  }
}

function simple(issue: Issue, path: Path, node: Located, suggest: Suggester): Found {
  const [at, name] = [node.at, label(path)];
  if (issue.code === "invalid_type") {
    const message = `${name} must be ${typeNames[issue.expected] ?? issue.expected}, not ${shown(node)}`;
    return { at, code: "wrong_type", message, hint: typeHint(issue.expected, node) };
  }
  if (issue.code === "invalid_value") return wrongValue(issue.values.map(String), path, node, suggest);
  if (
    (issue.code === "too_small" && issue.origin !== "int" && issue.origin !== "number") ||
    issue.code === "invalid_format"
  ) {
    return { at, code: "empty_value", message: `${name} must not be empty` };
  }
  if (issue.code === "too_small") {
    return { at, code: "out_of_range", message: `${name} must be at least ${issue.minimum}, not ${shown(node)}` };
  }
  if (issue.code === "too_big") {
    return { at, code: "out_of_range", message: `${name} must be at most ${issue.maximum}, not ${shown(node)}` };
  }
  return { at, code: "wrong_value", message: `${name}: ${issue.message}` };
}

function wrongValue(values: readonly string[], path: Path, node: Located, suggest: Suggester): Found {
  const one = values.length === 1 ? "" : "one of ";
  const message = `${label(path)} must be ${one}${values.join(", ")}, not ${shown(node)}`;
  const text = node.kind === "scalar" ? String(node.value) : "";
  const code = node.kind === "scalar" ? "wrong_value" : "wrong_type";
  return { at: node.at, code, message, hint: values.length === 1 ? null : didYouMean(suggest(text, values)) };
}

function badWord(node: Located, path: Path, kind: WordKind | null): Found {
  const rule = ruleOf(kind);
  const name = label(path);
  const isText = node.kind === "scalar" && typeof node.value === "string";
  if (!isText && rule.code !== "bad_duration") {
    const message = `${name} must be text, not ${rule.secret === true ? "this" : shown(node)}`;
    return { at: node.at, code: "wrong_type", message, hint: typeHint("string", node) };
  }
  const value = rule.secret === true ? "" : ` ${shown(node)}`;
  const place = name === rule.name ? "" : ` for ${name}`;
  return { at: node.at, code: rule.code, message: `bad ${rule.name}${value}${place}`, hint: rule.hint };
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function typeHint(expected: string, node: Located): string | null {
  if (node.kind !== "scalar") return null;
  if (expected === "string") return `put it in quotes: "${node.written}"`;
  if (expected === "array")
    return node.written.length <= 40 && !node.written.includes("\n") ? `write [${node.written}]` : null;
  const isNumber = typeof node.value === "string" && /^-?\d+(\.\d+)?$/.test(node.value);
  return (expected === "number" || expected === "int") && isNumber ? "remove the quotes" : null;
}

function shown(node: Located): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map";
  return typeof node.value === "string" ? quoted(node.value) : node.written;
}

/** How a message names what stands at a path: by its key, in a list by its number. */
function label(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "number" ? `entry ${last + 1} of ${label(path.slice(0, -1))}` : String(last);
}

const isNothing = (node: Located): boolean => node.kind === "scalar" && node.value === null;

function wordKind(issue: Issue): WordKind | null {
  if (issue.code !== "custom") return null;
  const kind: unknown = issue.params?.["kind"];
  return typeof kind === "string" && isWordKind(kind) ? kind : null;
}

const isWordKind = (kind: string): kind is WordKind => kind in wordRules;

const anyWord: WordRule = { code: "wrong_value", name: "value", hint: "see the documentation", pattern: "" };
const ruleOf = (kind: WordKind | null): WordRule => (kind === null ? anyWord : wordRules[kind]);
