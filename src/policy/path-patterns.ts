/**
 * Paths of a repository that any of the patterns names, in the order given. Patterns are those of .gitignore: without a
 * slash they name a file or folder at any depth, with one they count from the top; a folder's pattern names all below
 * it; `*` and `?` stay within a name, `**` does not; `[a-z]` is one character; a later `!pattern` takes paths out again;
 * `\` makes the next character plain. Case counts. The time it takes grows with pattern times path, never faster.
 */
export function matchingPaths(patterns: readonly string[], paths: readonly string[]): string[] {
  const parsed = patterns.flatMap((pattern) => parse(pattern) ?? []);
  return paths.filter((path) => {
    const names = path.split("/");
    const last = parsed.findLast((pattern) => coversAny(pattern, names));
    return last !== undefined && !last.negated;
  });
}

interface Pattern {
  readonly negated: boolean;
  /** Names one after the other; null stands for any number of them. */
  readonly names: readonly (readonly Token[] | null)[];
  /** It ended in a slash: it does not name files. */
  readonly folderOnly: boolean;
}

type Token = { readonly kind: "star" } | { readonly kind: "one"; readonly accepts: (char: string) => boolean };

/** Null: it names nothing. */
function parse(pattern: string): Pattern | null {
  const negated = pattern.startsWith("!");
  const body = (negated ? pattern.slice(1) : pattern).replace(/^\\(?=[!#])/, "");
  const folderOnly = body.endsWith("/");
  const parts = body.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) return null;
  const anchored = parts.length > 1 || body.startsWith("/");
  // Three stars are two, as git has it.
  const names = parts.map((part) => (/^\*{2,}$/.test(part) ? null : tokensOf(part)));
  return { negated, names: anchored ? names : [null, ...names], folderOnly };
}

function tokensOf(part: string): Token[] {
  const tokens: Token[] = [];
  const chars = Array.from(part);
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] ?? "";
    const set = char === "[" ? readSet(chars, i) : null;
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (char === "?") tokens.push({ kind: "one", accepts: () => true });
    else if (set !== null) {
      tokens.push({ kind: "one", accepts: set.accepts });
      i = set.end;
    } else {
      if (char === "\\" && i + 1 < chars.length) i += 1;
      const plain = chars[i] ?? "";
      tokens.push({ kind: "one", accepts: (other) => other === plain });
    }
  }
  return tokens;
}

/** A set in brackets from its "["; null: it has no end and is a plain character. A "]" right at its start belongs to it. */
function readSet(chars: readonly string[], start: number): { accepts: (char: string) => boolean; end: number } | null {
  const excluded = chars[start + 1] === "!" || chars[start + 1] === "^";
  const first = start + (excluded ? 2 : 1);
  const end = chars.indexOf("]", first + 1);
  if (end < 0) return null;
  const ranges: (readonly [string, string])[] = [];
  for (let i = first; i < end; i += 1) {
    const from = chars[i] ?? "";
    const isRange = chars[i + 1] === "-" && i + 2 < end;
    ranges.push([from, isRange ? (chars[i + 2] ?? "") : from]);
    if (isRange) i += 2;
  }
  return { accepts: (char) => ranges.some(([from, to]) => from <= char && char <= to) !== excluded, end };
}

/** Whether a pattern names a path or a folder above it. */
function coversAny(pattern: Pattern, path: readonly string[]): boolean {
  const longest = pattern.folderOnly ? path.length - 1 : path.length;
  // reached[i]: the pattern's first names fit exactly the path's first i names.
  let reached: boolean[] = path.map((_, i) => i === 0);
  reached.push(path.length === 0);
  for (const [at, name] of pattern.names.entries()) {
    const next = Array.from({ length: path.length + 1 }, () => false);
    const isLast = at === pattern.names.length - 1;
    let anyBefore = false;
    for (let i = 0; i <= path.length; i += 1) {
      if (name !== null) next[i] = i > 0 && reached[i - 1] === true && fits(name, path[i - 1] ?? "");
      else {
        // At its end `**` names what is below a folder, not the folder.
        next[i] = anyBefore || (!isLast && reached[i] === true);
        anyBefore ||= reached[i] === true;
      }
    }
    reached = next;
  }
  return reached.slice(1, longest + 1).includes(true);
}

/** Goes back to the last star only: what an earlier one took need never be looked at again. */
function fits(tokens: readonly Token[], name: string): boolean {
  const chars = Array.from(name);
  let token = 0;
  let char = 0;
  let star = -1;
  let starChar = 0;
  while (char < chars.length) {
    const current = tokens[token];
    if (current?.kind === "star") {
      star = token;
      starChar = char;
      token += 1;
    } else if (current?.kind === "one" && current.accepts(chars[char] ?? "")) {
      token += 1;
      char += 1;
    } else if (star >= 0) {
      token = star + 1;
      starChar += 1;
      char = starChar;
    } else return false;
  }
  while (tokens[token]?.kind === "star") token += 1;
  return token === tokens.length;
}
