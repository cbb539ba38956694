/**
 * Whether a path (with slashes, relative to the repository) is meant by one of the globs: `*` and `?` within a name, `**` over
 * folders, `{a,b}`, `[a-z]`. A glob that names a folder means all that is in it. Case does not count, as it does not on all disks.
 */
export function matchesAny(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => expressionOf(glob).test(path));
}

function expressionOf(glob: string): RegExp {
  const bare = glob
    .trim()
    .replace(/^(\.?\/)+/, "")
    .replace(/\/+$/, "");
  return new RegExp(`^${translate(bare)}(?:/.*)?$`, "isu");
}

function translate(glob: string): string {
  let out = "";
  for (let at = 0; at < glob.length;) {
    const [text, next] = piece(glob, at);
    out += text;
    at = next;
  }
  return out;
}

/** The expression of what stands at an index, and where the rest begins. */
function piece(glob: string, at: number): readonly [string, number] {
  const char = glob.charAt(at);
  if (glob.startsWith("**", at)) {
    const end = at + 2;
    const wholeName = (at === 0 || glob.charAt(at - 1) === "/") && (end === glob.length || glob.charAt(end) === "/");
    if (!wholeName) return ["[^/]*", end];
    return end === glob.length ? [".*", end] : ["(?:[^/]+/)*", end + 1];
  }
  if (char === "*") return ["[^/]*", at + 1];
  if (char === "?") return ["[^/]", at + 1];
  if (char === "{") {
    const end = closing(glob, at);
    if (end !== null)
      return [
        `(?:${options(glob.slice(at + 1, end))
          .map(translate)
          .join("|")})`,
        end + 1,
      ];
  }
  if (char === "[") {
    const end = glob.indexOf("]", at + 2);
    if (end !== -1) return [classOf(glob.slice(at + 1, end)), end + 1];
  }
  return [literal(char), at + 1];
}

/** The brace that closes the one at an index; null: none does, so it is a letter. */
function closing(glob: string, at: number): number | null {
  let depth = 0;
  for (let index = at; index < glob.length; index += 1) {
    if (glob.charAt(index) === "{") depth += 1;
    if (glob.charAt(index) === "}") depth -= 1;
    if (depth === 0) return index;
  }
  return null;
}

/** Splits at the commas that are in no inner brace. */
function options(inner: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < inner.length; index += 1) {
    const char = inner.charAt(index);
    if (char === "{") depth += 1;
    else if (char === "}") depth -= 1;
    else if (char === "," && depth === 0) {
      found.push(inner.slice(start, index));
      start = index + 1;
    }
  }
  return [...found, inner.slice(start)];
}

/** A range the wrong way round means its letters, instead of breaking the expression. */
function classOf(inner: string): string {
  const not = /^[!^]/.test(inner);
  const letters = Array.from(not ? inner.slice(1) : inner);
  let body = "";
  for (let index = 0; index < letters.length; index += 1) {
    const low = letters[index] ?? "";
    const high = letters[index + 2];
    if (letters[index + 1] === "-" && high !== undefined && rank(low) <= rank(high)) {
      body += `${inClass(low)}-${inClass(high)}`;
      index += 2;
    } else body += inClass(low);
  }
  return `(?!/)[${not ? "^" : ""}${body}]`;
}

const rank = (letter: string): number => letter.codePointAt(0) ?? 0;

const inClass = (letter: string): string => letter.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
